// Searches for a text in another one, byte by byte. Those of Swift's own library are in modules of their own
// (_StringProcessing and what it needs), which would make the program a sixth larger.

extension StringProtocol {
    /// Finds the first place of a text.
    ///
    /// - Parameter part: The text to find; it has at least one byte.
    /// - Returns: Its place; nil if it is not there.
    package func place(of part: String) -> Range<Index>? {
        let bytes = utf8
        guard let first = part.utf8.first else { return nil }
        var start = bytes.startIndex
        while let place = bytes[start...].firstIndex(of: first) {
            if bytes[place...].starts(with: part.utf8) {
                return place..<bytes.index(place, offsetBy: part.utf8.count)
            }
            start = bytes.index(after: place)
        }
        return nil
    }

    /// Tells whether a text is in this one.
    ///
    /// - Parameter part: The text to find; it has at least one byte.
    /// - Returns: Whether it is there.
    package func holds(_ part: String) -> Bool { place(of: part) != nil }

    /// Replaces a text wherever it is in this one.
    ///
    /// - Parameters:
    ///   - part: The text to replace; it has at least one byte.
    ///   - other: What stands in its place.
    /// - Returns: The new text.
    package func replacing(each part: String, by other: String) -> String {
        var result = ""
        var rest = Substring(self)
        while let place = rest.place(of: part) {
            result.append(contentsOf: rest[..<place.lowerBound])
            result.append(other)
            rest = rest[place.upperBound...]
        }
        result.append(contentsOf: rest)
        return result
    }
}

/// Whether bytes are text, so that conflicts can be marked.
///
/// - Parameter bytes: The bytes.
/// - Returns: Whether they are UTF-8 without a zero.
package func isText(_ bytes: [UInt8]) -> Bool {
    isPlainText(bytes) || !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
}

/// Whether all bytes are ASCII, and none is zero.
private func isPlainText(_ bytes: [UInt8]) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    return bytes.withUnsafeBytes { bytes in
        var place = 0
        while place + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            // Less one, only zero gets the highest bit.
            if (word | (word &- ones)) & (ones << 7) != 0 { return false }
            place += 8
        }
        return bytes[place...].allSatisfy { $0 > 0 && $0 < 0x80 }
    }
}
