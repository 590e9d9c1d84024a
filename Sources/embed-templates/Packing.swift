// Packs a text for the program: what was there before is not written again (LZ77). `unpacked(_:count:)` in
// Sources/ProjectFiles/PackedFiles.swift is the other side, and describes the form.

/// Returns the expression for files, packed.
///
/// - Parameter files: The files, sorted by path.
/// - Returns: The expression in Swift.
/// - Throws: ``EmbedError/notText(_:)`` for a file that is not UTF-8.
func packedFiles(_ files: [File]) throws -> String {
    var texts: [UInt8] = []
    var index = ""
    // FNV-1a over paths and contents.
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for file in files {
        guard String(data: file.contents, encoding: .utf8) != nil else {
            throw EmbedError.notText(file.path)
        }
        index += "\(file.contents.count)\(file.isExecutable ? "x" : "") \(file.path)\n"
        texts += file.contents
        for byte in Array(file.path.utf8) + [0] + file.contents + [0] {
            digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
    }
    return """
        PackedFiles(
            index: \(literal(index)),
            texts: \(literal(String(decoding: packed(texts), as: UTF8.self))),
            digest: "\(String(digest, radix: 16))"
        )
        """
}

/// A part of a text that repeats an earlier one.
private struct Repeat {
    /// The number of bytes; 0 for a character that is written as it is.
    var length = 0
    /// How far before it the same bytes are.
    var distance = 0
}

/// Packs a text.
///
/// - Parameter text: Valid UTF-8.
/// - Returns: The packed form, which is valid UTF-8, too.
func packed(_ text: [UInt8]) -> [UInt8] {
    let repeats = cheapestRepeats(in: text)
    var output: [UInt8] = []
    var literals = 0
    var place = 0
    while place < text.count {
        let next = repeats[place]
        if next.length == 0 {
            place += 1
            continue
        }
        write(text[literals..<place], next, to: &output)
        place += next.length
        literals = place
    }
    if literals < text.count { write(text[literals...], Repeat(), to: &output) }
    return output
}

private let shortest = 4
private let longest = 4096
private let farthest = 1 << 20
/// How many earlier places with the same bytes are tried.
private let tries = 24

/// Returns, for each place, what to do there so that the whole becomes short.
private func cheapestRepeats(in text: [UInt8]) -> [Repeat] {
    let earlier = earlierPlaces(in: text)
    var repeats = [Repeat](repeating: Repeat(), count: text.count)
    // The number of bytes from each place to the end.
    var costs = [Int](repeating: 0, count: text.count + 1)
    text.withUnsafeBufferPointer { text in
        for place in text.indices.reversed() {
            costs[place] = costs[place + 1] + 1
            if isInCharacter(text[place]) { continue }
            var best = shortest - 1
            var other = earlier[place]
            var left = tries
            while other >= 0, left > 0, place - other < farthest {
                left -= 1
                defer { other = earlier[other] }
                let most = min(longest, text.count - place)
                if best < most, text[other + best] != text[place + best] { continue }
                var length = 0
                while length < most, text[other + length] == text[place + length] { length += 1 }
                while place + length < text.count, isInCharacter(text[place + length]) {
                    length -= 1
                }
                if length <= best { continue }
                best = length
                let isNear = place - other < 1 << 13
                let cost = costs[place + length] + (isNear ? 3 : 4) + (length > 18 ? 1 : 0)
                if cost < costs[place] {
                    costs[place] = cost
                    repeats[place] = Repeat(length: length, distance: place - other)
                }
            }
        }
    }
    return repeats
}

/// Returns, for each place, the last one before it with the same four bytes; -1 for none.
private func earlierPlaces(in text: [UInt8]) -> [Int] {
    var last = [Int](repeating: -1, count: 1 << 16)
    var earlier = [Int](repeating: -1, count: text.count)
    text.withUnsafeBytes { bytes in
        for place in 0..<max(0, text.count - shortest + 1) {
            let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
            let slot = Int((word &* 2_654_435_761) >> 16)
            earlier[place] = last[slot]
            last[slot] = place
        }
    }
    return earlier
}

/// Whether a byte of UTF-8 is not the first one of a character.
private func isInCharacter(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

/// Writes bytes as they are, and what repeats after them; no length if nothing does.
private func write(_ literals: ArraySlice<UInt8>, _ next: Repeat, to output: inout [UInt8]) {
    func write(_ number: Int) {
        var rest = number
        while rest >= 64 {
            output.append(UInt8(64 | rest & 63))
            rest >>= 6
        }
        output.append(UInt8(rest))
    }
    let more = max(next.length - shortest, 0)
    output.append(UInt8(min(literals.count, 7) << 4 | min(more, 15)))
    if literals.count >= 7 { write(literals.count - 7) }
    output += literals
    if next.length == 0 { return }
    if next.distance < 1 << 13 {
        output.append(UInt8(next.distance >> 7))
    } else {
        output.append(UInt8(64 | next.distance >> 14))
        output.append(UInt8(next.distance >> 7 & 127))
    }
    output.append(UInt8(next.distance & 127))
    if more >= 15 { write(more - 15) }
}
