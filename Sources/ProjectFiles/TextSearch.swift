// Searches for a text in another one, byte by byte. Those of Swift's own library are in modules of their own
// (_StringProcessing and what it needs), which would make the program a sixth larger.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

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
    bytes.withUnsafeBytes { bytes in
        var place = 0
        while true {
            place = endOfPlainText(bytes, from: place)
            if place == bytes.count { return true }
            if bytes[place] == 0 { return false }
            // Characters that are not ASCII have no byte in common with those that are.
            let start = place
            while place < bytes.count, bytes[place] >= 0x80 { place += 1 }
            guard String(validating: bytes[start..<place], as: UTF8.self) != nil else {
                return false
            }
        }
    }
}

/// Whether a text has no zero.
func isText(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
        guard let start = bytes.baseAddress else { return true }
        return memchr(start, 0, bytes.count) == nil
    }
}

/// Returns the place of the first byte that is zero or not ASCII; the end if there is none.
private func endOfPlainText(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var place = start
    while bytes.count - place >= 64 {
        let marks =
            notPlain(bytes, place) | notPlain(bytes, place + 16) | notPlain(bytes, place + 32)
            | notPlain(bytes, place + 48)
        let halves = unsafeBitCast(marks, to: SIMD2<UInt64>.self)
        if (halves[0] | halves[1]) & 0x8080_8080_8080_8080 != 0 { break }
        place += 64
    }
    while place < bytes.count, bytes[place] > 0, bytes[place] < 0x80 { place += 1 }
    return place
}

/// Returns 16 bytes with the highest bit of each that is zero or not ASCII: less one, only zero gets it.
@inline(__always)
private func notPlain(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> SIMD16<UInt8> {
    let part = bytes.loadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self)
    return part | (part &- 1)
}
