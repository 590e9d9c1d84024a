// Bytes in a JSON document: a text in base64 (RFC 4648).

/// Bytes that a document has as a text in base64.
package struct Base64Bytes: Hashable, Sendable {
    /// The bytes.
    package let bytes: [UInt8]

    /// Wraps bytes.
    ///
    /// - Parameter bytes: The bytes.
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )
    private static let padding = UInt8(ascii: "=")

    /// The bytes in base64, with padding.
    var text: String {
        let alphabet = Self.alphabet
        return String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
            var end = 0
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let count = min(3, bytes.count - start)
                var bits = 0
                for index in 0..<3 {
                    bits = bits << 8 | (index < count ? Int(bytes[start + index]) : 0)
                }
                for index in 0..<4 {
                    let digit = bits >> (18 - 6 * index) & 63
                    text[end] = index <= count ? alphabet[digit] : Self.padding
                    end += 1
                }
            }
            return end
        }
    }

    /// Reads base64 as ``text`` writes it; nil for anything else.
    init?(text: String) {
        var values = [UInt8?](repeating: nil, count: 256)
        for (value, digit) in Self.alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        let digits = Array(text.utf8)
        guard digits.count % 4 == 0 else { return nil }
        let paddings = digits.suffix(2).reversed().prefix { $0 == Self.padding }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3)
        var bits = 0
        for (index, digit) in digits.dropLast(paddings).enumerated() {
            guard let value = values[Int(digit)] else { return nil }
            bits = (bits << 6 | Int(value)) & 0xFF_FFFF
            // Each digit but the first of four completes a byte.
            let rest = 6 - 2 * (index % 4)
            if rest < 6 { bytes.append(UInt8(bits >> rest & 0xFF)) }
        }
        // The bits that no byte has.
        guard bits & (1 << (2 * paddings) - 1) == 0 else { return nil }
        self.bytes = bytes
    }
}

extension Base64Bytes: Codable {
    /// Decodes a text in base64.
    ///
    /// - Parameter decoder: The decoder of a single value.
    /// - Throws: `DecodingError` if it is something else.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let bytes = Self(text: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not base64")
        }
        self = bytes
    }

    /// Encodes the bytes as a text in base64.
    ///
    /// - Parameter encoder: The encoder of a single value.
    /// - Throws: An error of the encoder.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
