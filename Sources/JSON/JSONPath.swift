// The place of a value in a document, for the errors of Codable.

/// The place of a value: a key, and the place that it is in.
final class JSONPath: Sendable {
    private let parent: JSONPath?
    private let key: any CodingKey

    init(_ parent: JSONPath?, _ key: any CodingKey) {
        self.parent = parent
        self.key = key
    }

    /// The keys from the outermost value to this place.
    var keys: [any CodingKey] {
        (parent?.keys ?? []) + [key]
    }
}

/// A key that no type declares.
enum JSONKey: CodingKey {
    case name(String)
    case index(Int)

    /// The key of the encoder or decoder for a superclass.
    static let `super` = JSONKey.name("super")

    init(stringValue: String) { self = .name(stringValue) }
    init(intValue: Int) { self = .index(intValue) }

    var stringValue: String {
        switch self {
        case .name(let name): name
        case .index(let index): "Index \(index)"
        }
    }

    var intValue: Int? {
        if case .index(let index) = self { index } else { nil }
    }
}
