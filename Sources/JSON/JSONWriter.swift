// Writes JSON values as text: indented, each object with its keys in order.

/// A value to write.
enum JSONOutput {
    /// A number, or `true`, `false` or `null`.
    case word(String)
    case text(String)
    case list([JSONOutput])
    case object([String: JSONOutput])
}

/// Writes values as text.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var depth = 0

    /// Writes a value.
    mutating func write(_ value: JSONOutput) {
        switch value {
        case .word(let word): bytes += word.utf8
        case .text(let text): write(text)
        case .list(let elements):
            write("[", "]", elements) { writer, element in writer.write(element) }
        case .object(let members):
            // In the order of their bytes, not of their characters.
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            write("{", "}", sorted) { writer, member in
                writer.write(member.key)
                writer.put(" : ")
                writer.write(member.value)
            }
        }
    }

    /// Writes the elements of a list or an object, each in lines of its own.
    private mutating func write<Element>(
        _ start: StaticString,
        _ end: StaticString,
        _ elements: [Element],
        _ write: (inout JSONWriter, Element) -> Void
    ) {
        put(start)
        depth += 1
        var isFirst = true
        for element in elements {
            if !isFirst { put(",") }
            isFirst = false
            putLineEnd()
            write(&self, element)
        }
        // An empty list has an empty line.
        if isFirst { put("\n") }
        depth -= 1
        putLineEnd()
        put(end)
    }

    private mutating func putLineEnd() {
        put("\n")
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
    }

    private mutating func put(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func write(_ text: String) {
        var text = text
        put("\"")
        text.withUTF8 { text in
            // Most texts have nothing to escape.
            var start = 0
            for index in text.indices where Self.hasEscape(text[index]) {
                bytes.append(contentsOf: text[start..<index])
                escape(text[index])
                start = index + 1
            }
            bytes.append(contentsOf: text[start...])
        }
        put("\"")
    }

    private static func hasEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): put("\\\"")
        case UInt8(ascii: "\\"): put("\\\\")
        case 0x08: put("\\b")
        case UInt8(ascii: "\t"): put("\\t")
        case UInt8(ascii: "\n"): put("\\n")
        case 0x0C: put("\\f")
        case UInt8(ascii: "\r"): put("\\r")
        default:
            put("\\u00")
            let digits = String(byte, radix: 16)
            if digits.utf8.count == 1 { put("0") }
            bytes += digits.utf8
        }
    }
}
