// The contents of a file that are made when they are written, in pieces: they need not be in memory as a whole.

/// Bytes that are made whenever somebody asks for them, in pieces.
public final class MadeBytes: Sendable {
    /// Takes a piece, and returns whether to go on.
    package typealias Taker = (ArraySlice<UInt8>) -> Bool

    private let make: @Sendable (Taker) throws(FileError) -> Void

    /// Describes bytes.
    ///
    /// - Parameter make: Makes them, the same ones each time. It throws if a file cannot be read that they come from.
    package init(_ make: @escaping @Sendable (Taker) throws(FileError) -> Void) {
        self.make = make
    }

    /// Makes all of them.
    ///
    /// - Returns: The bytes.
    /// - Throws: ``FileError`` as making them does.
    func bytes() throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        try make {
            bytes += $0
            return true
        }
        return bytes
    }

    /// Writes all of them to a file.
    ///
    /// - Parameter target: The descriptor of the file.
    /// - Returns: 0, or the error number of writing.
    /// - Throws: ``FileError`` as making them does.
    func copy(to target: Int32) throws(FileError) -> Int32 {
        var code: Int32 = 0
        try make {
            code = writeAll($0, to: target)
            return code == 0
        }
        return code
    }
}
