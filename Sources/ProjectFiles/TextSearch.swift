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
    bytes.withUnsafeBytes { bytes in
        var place = 0
        if let start = bytes.baseAddress {
            while bytes.count - place >= 64 {
                func part(_ offset: Int) -> SIMD16<UInt8> {
                    let bytes = (start + place + offset).loadUnaligned(as: SIMD16<UInt8>.self)
                    // Less one, only zero gets the highest bit.
                    return bytes | (bytes &- 1)
                }
                let marks = part(0) | part(16) | part(32) | part(48)
                let halves = unsafeBitCast(marks, to: SIMD2<UInt64>.self)
                if (halves[0] | halves[1]) & 0x8080_8080_8080_8080 != 0 { return false }
                place += 64
            }
        }
        return bytes[place...].allSatisfy { $0 > 0 && $0 < 0x80 }
    }
}
