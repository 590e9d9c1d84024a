// Writes JSON values as text: indented, each object with its keys in order.

/// A value to write.
package enum JSONOutput {
    /// A number, or `true`, `false` or `null`.
    case word(String)
    /// A text.
    case text(String)
    /// The lines of a text in UTF-8, each with its line end, as a list of texts.
    case lines([UInt8])
    /// Values in their order.
    case list([JSONOutput])
    /// Values with keys.
    case object([String: JSONOutput])
    /// Values with keys that are in the order of their bytes.
    case sorted([(key: String, value: JSONOutput)])

    /// Makes a truth value.
    ///
    /// - Parameter value: True or false.
    /// - Returns: The value.
    package static func bool(_ value: Bool) -> JSONOutput { .word(value ? "true" : "false") }

    /// About the number of bytes that the value has as text, without its indentation.
    fileprivate var size: Int {
        switch self {
        case .word(let text), .text(let text): text.utf8.count + 4
        // Lines are indented, and short.
        case .lines(let text): text.count + text.count / 2 + 64
        case .list(let elements): elements.reduce(64) { $0 + $1.size }
        case .object(let members): members.reduce(64) { $0 + $1.value.size + 32 }
        case .sorted(let members): members.reduce(64) { $0 + $1.value.size + 32 }
        }
    }
}

/// Writes values as text.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    /// The end of a line, and the indentation of the next one.
    private var lineEnd = [UInt8(ascii: "\n")]

    /// Writes a document.
    ///
    /// - Parameter value: The value of the document.
    mutating func write(document value: JSONOutput) {
        bytes.reserveCapacity(value.size)
        write(value)
        put("\n")
    }

    /// Writes a document with a long list, whose elements are made one after the other.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - others: The other members of the document; their keys come behind that of the list.
    ///   - piece: How many bytes are kept at most before they are taken, besides one element.
    ///   - take: Takes what is written so far, but for the end, and returns whether to go on.
    /// - Returns: Whether the document is at its end.
    /// - Throws: The failure of making an element.
    mutating func write<Failure: Error>(
        document list: JSONDocument.LongList<Failure>,
        _ others: [String: JSONOutput],
        piece: Int = .max,
        _ take: (ArraySlice<UInt8>) -> Bool = { _ in true }
    ) throws(Failure) -> Bool {
        bytes.reserveCapacity(piece == .max ? list.size : min(list.size, 2 * piece))
        put("{")
        indent()
        separate()
        write(list.key)
        put(" : [")
        indent()
        if list.count == 0 { put("\n") }
        for index in 0..<list.count {
            separate()
            write(try list.element(index))
            guard bytes.count >= piece else { continue }
            if !take(bytes.dropLast()) { return false }
            // The last byte says whether a comma is needed.
            bytes.removeFirst(bytes.count - 1)
        }
        outdent()
        put("]")
        write(others)
        outdent()
        put("}\n")
        return true
    }

    /// Writes a value.
    ///
    /// - Parameter value: The value.
    mutating func write(_ value: JSONOutput) {
        switch value {
        case .word(let word): bytes += word.utf8
        case .text(let text): write(text)
        case .lines(let text): write(lines: text)
        case .list(let elements):
            write("[", "]", isEmpty: elements.isEmpty) { writer in
                for element in elements {
                    writer.separate()
                    writer.write(element)
                }
            }
        case .object(let members):
            write("{", "}", isEmpty: members.isEmpty) { writer in writer.write(members) }
        case .sorted(let members):
            write("{", "}", isEmpty: members.isEmpty) { writer in writer.write(members) }
        }
    }

    /// Writes the members of an object in the order of the bytes of their keys, not of their characters.
    private mutating func write(_ members: [String: JSONOutput]) {
        write(members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    }

    private mutating func write(_ members: [(key: String, value: JSONOutput)]) {
        for (key, value) in members {
            separate()
            write(key)
            put(" : ")
            write(value)
        }
    }

    /// Writes the lines of a text as a list.
    private mutating func write(lines text: [UInt8]) {
        write("[", "]", isEmpty: text.isEmpty) { writer in
            writer.bytes.append(contentsOf: writer.lineEnd)
            writer.bytes.append(UInt8(ascii: "\""))
            let nextLine = Array("\\n\",".utf8) + writer.lineEnd + [UInt8(ascii: "\"")]
            writer.write(text, nextLine)
            writer.bytes.append(UInt8(ascii: "\""))
        }
    }

    /// Writes a text of several lines, as they stand between the first and the last quotation mark.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - nextLine: What stands between two lines.
    private mutating func write(_ text: [UInt8], _ nextLine: [UInt8]) {
        // A piece of the text is as long in the document as its bytes can be there, and 16 bytes are copied as a whole.
        let piece = min(text.count, 4096)
        withUnsafeTemporaryAllocation(
            byteCount: piece * max(nextLine.count, 6) + 32,
            alignment: 16
        ) { output in
            guard let start = output.baseAddress else { return }
            text.withUnsafeBytes { text in
                var place = 0
                while place < text.count {
                    let end = min(place + piece, text.count)
                    let count = copy(text, &place, until: end, to: start, nextLine)
                    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: output[..<count]))
                }
            }
        }
    }

    /// Writes a list or an object, each element of which is in lines of its own.
    private mutating func write(
        _ start: StaticString,
        _ end: StaticString,
        isEmpty: Bool,
        _ elements: (inout JSONWriter) -> Void
    ) {
        put(start)
        indent()
        // An empty one has an empty line.
        if isEmpty { put("\n") } else { elements(&self) }
        outdent()
        put(end)
    }

    private mutating func indent() { lineEnd += [UInt8(ascii: " "), UInt8(ascii: " ")] }

    /// Ends the lines of a list or an object.
    private mutating func outdent() {
        lineEnd.removeLast(2)
        bytes.append(contentsOf: lineEnd)
    }

    /// Begins the next element: with a comma, unless it is the first one.
    private mutating func separate() {
        if let last = bytes.last, last != UInt8(ascii: "["), last != UInt8(ascii: "{") { put(",") }
        bytes.append(contentsOf: lineEnd)
    }

    private mutating func put(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { write($0) }
    }

    /// Writes a text in UTF-8.
    private mutating func write(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        // Most texts have little to escape.
        var start = 0
        while start < text.count {
            let end = firstEscaped(in: text, from: start)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<end]))
            if end < text.count { escape(text[end]) }
            start = end + 1
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) { writeEscaped(byte) { bytes.append($0) } }
}

/// Copies a piece of a text of several lines.
///
/// - Parameters:
///   - text: The text.
///   - place: Where the piece begins, and then its end.
///   - end: Where to stop.
///   - output: Where to write. It has room for the piece, and for 32 bytes more.
///   - nextLine: What stands between two lines.
/// - Returns: How many bytes were written.
private func copy(
    _ text: UnsafeRawBufferPointer,
    _ place: inout Int,
    until end: Int,
    to output: UnsafeMutableRawPointer,
    _ nextLine: [UInt8]
) -> Int {
    guard let start = text.baseAddress else { return 0 }
    // Pointers, since this takes longer than all else that is done to a small project's files.
    var from = start + place
    let (stop, last) = (start + end, start + text.count - 1)
    var to = output
    // What stands between two lines is copied as a whole, too: most indentations are that short.
    var between = SIMD32<UInt8>()
    for (index, byte) in nextLine.prefix(32).enumerated() { between[index] = byte }
    while from < stop {
        if stop - from >= 16 {
            let plain = copyPlain(from, to: to)
            from += plain
            to += plain
            if plain == 16 { continue }
        }
        let byte = from.load(as: UInt8.self)
        if byte == UInt8(ascii: "\n"), from < last {
            if nextLine.count <= 32 {
                to.storeBytes(of: between, as: SIMD32<UInt8>.self)
            } else {
                nextLine.withUnsafeBytes {
                    UnsafeMutableRawBufferPointer(start: to, count: $0.count).copyMemory(from: $0)
                }
            }
            to += nextLine.count
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
            to.storeBytes(of: UInt8(ascii: "\\"), as: UInt8.self)
            (to + 1).storeBytes(of: byte, as: UInt8.self)
            to += 2
        } else if byte < 0x20 {
            writeEscaped(byte) {
                to.storeBytes(of: $0, as: UInt8.self)
                to += 1
            }
        } else {
            to.storeBytes(of: byte, as: UInt8.self)
            to += 1
        }
        from += 1
    }
    place = from - start
    return to - output
}

/// Copies 16 bytes, and returns how many of them can stand in a document as they are before one that cannot.
@inline(__always)
private func copyPlain(_ from: UnsafeRawPointer, to: UnsafeMutableRawPointer) -> Int {
    let part = from.loadUnaligned(as: SIMD16<UInt8>.self)
    to.storeBytes(of: part, as: SIMD16<UInt8>.self)
    // As in `escaped(in:)`, but nothing is borrowed from another byte.
    let quotes = part ^ UInt8(ascii: "\"")
    let backslashes = part ^ UInt8(ascii: "\\")
    let less =
        (part &- 0x20) & ~part | (quotes &- 1) & ~quotes | (backslashes &- 1) & ~backslashes
    let halves = unsafeBitCast(less, to: SIMD2<UInt64>.self)
    let highest: UInt64 = 0x8080_8080_8080_8080
    let (first, second) = (
        UInt64(littleEndian: halves[0]) & highest, UInt64(littleEndian: halves[1]) & highest
    )
    if first != 0 { return first.trailingZeroBitCount / 8 }
    return second == 0 ? 16 : 8 + second.trailingZeroBitCount / 8
}

/// Writes a byte that cannot stand in a text as it is.
private func writeEscaped(_ byte: UInt8, _ put: (UInt8) -> Void) {
    put(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
    case 0x08: put(UInt8(ascii: "b"))
    case UInt8(ascii: "\t"): put(UInt8(ascii: "t"))
    case UInt8(ascii: "\n"): put(UInt8(ascii: "n"))
    case 0x0C: put(UInt8(ascii: "f"))
    case UInt8(ascii: "\r"): put(UInt8(ascii: "r"))
    default:
        for character in "u00".utf8 { put(character) }
        for digit in [byte >> 4, byte & 15] {
            put(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
        }
    }
}

/// Whether a byte cannot stand in a text as it is: a control character, `"` or `\`.
private func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
}

/// Returns a word whose first bit is that of the first byte that cannot stand in a text as it is; 0 for none.
private func escaped(in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // Eight bytes at a time. Subtracting a number from each byte borrows from its highest bit where the byte is
    // less; a byte that equals another one is 0 after an exclusive or, and 0 is less than 1.
    let quotes = word ^ (ones &* 0x22)
    let backslashes = word ^ (ones &* 0x5C)
    let less =
        (word &- ones &* 0x20) & ~word | (quotes &- ones) & ~quotes
        | (backslashes &- ones) & ~backslashes
    // A borrow can reach the bytes after the first one, but not those before it.
    return less & (ones << 7)
}

/// Returns the place of the first byte that cannot stand in a text as it is: a control character, `"` or `\`.
///
/// - Parameters:
///   - text: The text.
///   - start: Where to begin.
/// - Returns: The place; the end of the text if there is none.
func firstEscaped(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let bytes = UnsafeRawBufferPointer(text)
    var place = start
    while place + 8 <= bytes.count {
        let found = escaped(
            in: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        )
        if found != 0 { return place + found.trailingZeroBitCount / 8 }
        place += 8
    }
    while place < bytes.count, !isEscaped(bytes[place]) { place += 1 }
    return place
}
