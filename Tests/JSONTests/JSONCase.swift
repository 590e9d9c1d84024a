// A text of a table, with its name.

import Testing

/// A text that a reader of JSON gets.
struct JSONCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]

    init(_ name: String, _ text: String) {
        testDescription = name
        bytes = Array(text.utf8)
    }

    /// A text that is not UTF-8: each of its characters is one byte.
    init(_ name: String, latin1 text: String) {
        testDescription = name
        bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
}
