// Files that the build has packed into this program: a third of their size, for those that are seldom read.
//
// `Sources/embed-templates/Packing.swift` is the other side. The packed form is a row of steps. The first byte of
// a step has two numbers: bits 4 to 6 how many bytes stand here as they are, and bits 0 to 3, plus 4, how many
// bytes after these repeat earlier ones. A 7 or a 15 says that more is to be added, and how much follows the byte
// or the distance. Then the bytes stand here, and the distance from the place to the earlier ones: 13 bits in two
// bytes, or 20 in three, if bit 6 of the first one is set. No byte is above 127, except in the texts themselves, so
// that the whole is a text, as a literal in Swift has to be.

/// Texts that the build has packed into this program.
package struct PackedFiles: Sendable {
    /// The files: the size of each in bytes, whether the owner may execute it, and its path; a line for each.
    let index: StaticString
    /// The contents of all files, packed.
    package let texts: StaticString
    /// A number that differs between versions of the files.
    package let digest: String

    /// Creates the value from what the build has made.
    ///
    /// - Parameters:
    ///   - index: For each file a line such as `120 a/path`, or `120x a/path` if the owner may execute it.
    ///   - texts: The contents of all files, packed.
    ///   - digest: A number that differs between versions of the files.
    package init(index: StaticString, texts: StaticString, digest: String) {
        (self.index, self.texts, self.digest) = (index, texts, digest)
    }

    /// The files, unpacked.
    package var files: [ProjectFile] {
        let entries = entries
        let texts = unpacked(texts, count: entries.reduce(0) { $0 + $1.bytes })
        var start = 0
        return entries.map { entry in
            defer { start += entry.bytes }
            return ProjectFile(
                path: entry.path,
                contents: Array(texts[start..<start + entry.bytes]),
                isExecutable: entry.isExecutable
            )
        }
    }

    /// The paths of the files, in their order.
    package var paths: [String] { entries.map(\.path) }

    /// What the index says of the files, in their order.
    private var entries: [(path: String, bytes: Int, isExecutable: Bool)] {
        let bytes = UnsafeBufferPointer(start: index.utf8Start, count: index.utf8CodeUnitCount)
        return bytes.split(separator: UInt8(ascii: "\n")).map { line in
            let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
            let isExecutable = parts[0].last == UInt8(ascii: "x")
            let digits = parts[0].dropLast(isExecutable ? 1 : 0)
            let size = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            return (String(decoding: parts[1], as: UTF8.self), size, isExecutable)
        }
    }
}

/// Unpacks a text.
///
/// - Parameters:
///   - packed: What the build has made.
///   - count: The size of the text in bytes; the program ends if it has another one.
/// - Returns: The text.
package func unpacked(_ packed: StaticString, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { output, length in
        var source = Unpacking(packed.utf8Start, packed.utf8CodeUnitCount)
        while length < count {
            let step = source.byte()
            var literals = step >> 4
            if literals == 7 { literals += source.number() }
            precondition(literals <= count - length, "the packed files are damaged")
            source.copy(literals, to: output, length)
            length += literals
            if length == count { break }
            let first = source.byte()
            var distance = (first & 63) << 7 | source.byte()
            if first & 64 != 0 { distance = distance << 7 | source.byte() }
            var repeated = step & 15 + 4
            if repeated == 19 { repeated += source.number() }
            precondition(
                distance > 0 && distance <= length && repeated <= count - length,
                "the packed files are damaged"
            )
            if distance >= repeated {
                output.copy(from: length - distance, to: length, count: repeated)
            } else {
                // One by one, since what is repeated ends in what is being written.
                for place in length..<length + repeated { output[place] = output[place - distance] }
            }
            length += repeated
        }
        precondition(source.isAtEnd, "the packed files are damaged")
    }
}

/// The rest of a packed text.
private struct Unpacking {
    private var next: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>

    init(_ start: UnsafePointer<UInt8>, _ count: Int) {
        next = start
        end = start + count
    }

    var isAtEnd: Bool { next == end }

    /// Takes a byte.
    mutating func byte() -> Int {
        precondition(next < end, "the packed files are damaged")
        defer { next += 1 }
        return Int(next.pointee)
    }

    /// Takes a number: six bits in each byte, the lowest first; bit 6 says that more follow.
    mutating func number() -> Int {
        var number = 0
        var shift = 0
        while true {
            let part = byte()
            number |= (part & 63) << shift
            if part & 64 == 0 { return number }
            shift += 6
            precondition(shift < 36, "the packed files are damaged")
        }
    }

    /// Takes bytes as they are.
    mutating func copy(_ count: Int, to output: UnsafeMutableBufferPointer<UInt8>, _ place: Int) {
        precondition(count <= end - next, "the packed files are damaged")
        if let start = output.baseAddress { (start + place).update(from: next, count: count) }
        next += count
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    /// Copies bytes to another place in the buffer.
    fileprivate func copy(from source: Int, to place: Int, count: Int) {
        if let start = baseAddress { (start + place).update(from: start + source, count: count) }
    }
}
