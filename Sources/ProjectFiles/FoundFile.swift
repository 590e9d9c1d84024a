// Reads many files of a folder, on all processors, and keeps in memory only what is not known already.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A file that is looked for.
package struct ExpectedFile: Sendable {
    /// Its path below the folder.
    package let path: String
    /// What it probably has in it.
    let contents: FileContents?
    /// The SHA-256 of what it can have in it, too.
    let earlier: String?
    /// The size up to which other contents matter.
    let most: Int

    /// Creates an expectation.
    ///
    /// - Parameters:
    ///   - path: The path below the folder.
    ///   - contents: What the file probably has in it; nil if nothing is known.
    ///   - earlier: The SHA-256 of what it can have in it, too; nil if that is not known.
    ///   - most: The size up to which other contents matter, in bytes: those of a larger file are not read.
    package init(
        path: String,
        contents: FileContents? = nil,
        earlier: String? = nil,
        most: Int = maxFileBytes
    ) {
        (self.path, self.contents, self.earlier, self.most) = (path, contents, earlier, most)
    }
}

/// What exists at the path of a file.
package enum FoundFile: Sendable {
    /// Nothing.
    case missing
    /// A regular file. Contents that were expected are where the expectation has them.
    case file(FileContents, isExecutable: Bool)
    /// A regular file that is so large that its contents do not matter.
    case tooLarge(bytes: Int, isExecutable: Bool)
    /// Something else, at the path or at a folder above it.
    case blocked(by: String, Obstacle)
}

extension WorkingFolder {
    /// Returns what to keep of a file that exists, which can be large.
    ///
    /// - Parameters:
    ///   - path: The path below the folder.
    ///   - expected: What it probably has in it.
    /// - Returns: What was expected, if that is in it; otherwise its contents. Those of a large file are not in memory.
    /// - Throws: ``FileError`` as ``contents(of:most:)`` does.
    package func contents(
        of path: String,
        expecting expected: [UInt8]
    ) throws(FileError) -> FileContents {
        try checkPath(path)
        let place = before[path].flatMap(\.self) ?? path
        return try attempt(.read, self.path + "/" + path) { () throws(SystemFailure) in
            let (file, status) = try folder.openFile(place)
            defer { close(file) }
            let size = Int(status.st_size)
            do throws(ReadProblem) {
                if size == expected.count, try holds(file, expected) { return .bytes(expected) }
                if size <= SourceFile.largestPiece {
                    return .bytes(try readAll(file, size: size, most: maxFileBytes))
                }
                let sha256 = try digest(of: file)
                let source = self.path + "/" + place
                return .file(SourceFile(path: source, status, sha256: sha256, isText: false))
            } catch {
                throw SystemFailure(error)
            }
        }
    }

    /// Reads files, each once.
    ///
    /// - Parameter expected: The files.
    /// - Returns: What exists at each path.
    /// - Throws: ``FileError`` as ``state(of:)`` and ``contents(of:most:)`` do.
    package func find(_ expected: [ExpectedFile]) throws(FileError) -> [FoundFile] {
        let (descriptor, path, before) = (folder.descriptor, path, before)
        let found = inParallel(expected.count) { index in
            let folder = WorkingFolder(borrowing: descriptor, path: path, before: before)
            return Result { () throws(FileError) in try folder.find(expected[index]) }
        }
        var files: [FoundFile] = []
        files.reserveCapacity(found.count)
        for file in found { files.append(try file.get()) }
        return files
    }

    private func find(_ expected: ExpectedFile) throws(FileError) -> FoundFile {
        let path = expected.path
        try checkPath(path)
        if case .some(nil) = before[path] { return .missing }
        let place = before[path].flatMap(\.self) ?? path
        // Nearly always there is a file: then nothing else is looked at.
        if let (file, status) = try? folder.openFile(place) {
            defer { close(file) }
            let isExecutable = status.st_mode & S_IXUSR != 0
            let contents = try attempt(.read, self.path + "/" + path) {
                () throws(SystemFailure) in
                try read(file, status, at: self.path + "/" + place, expected)
            }
            guard let contents else {
                return .tooLarge(bytes: Int(status.st_size), isExecutable: isExecutable)
            }
            return .file(contents, isExecutable: isExecutable)
        }
        switch try state(of: path) {
        case .missing: return .missing
        case .blocked(let blocker, let obstacle): return .blocked(by: blocker, obstacle)
        case .file(_, let isExecutable):
            return .file(.bytes(try contents(of: path)), isExecutable: isExecutable)
        }
    }

    /// Reads an open file once; nil if it is too large to matter.
    private func read(
        _ file: Int32,
        _ status: stat,
        at place: String,
        _ expected: ExpectedFile
    ) throws(SystemFailure) -> FileContents? {
        let size = Int(status.st_size)
        let canBeSame = size == expected.contents?.count
        if size > maxFileBytes { return nil }
        if case .file(let source)? = expected.contents, source.isFile(status) {
            return expected.contents
        }
        do throws(ReadProblem) {
            if size > SourceFile.largestPiece, expected.contents != nil {
                let isTooLarge = size > expected.most
                if isTooLarge, !canBeSame, expected.earlier == nil { return nil }
                if canBeSame, let bytes = expected.contents?.inMemory {
                    // Comparing takes a tenth of the time of a digest.
                    if try holds(file, bytes) { return expected.contents }
                    if isTooLarge, expected.earlier == nil { return nil }
                }
                let isKnown = expected.earlier != nil || expected.contents?.areOnDisk ?? true
                if isTooLarge || canBeSame && isKnown {
                    let sha256 = try digest(of: file)
                    if canBeSame, sha256 == expected.contents?.sha256 { return expected.contents }
                    if sha256 == expected.earlier {
                        return .file(
                            SourceFile(path: place, status, sha256: sha256, isText: false)
                        )
                    }
                    if isTooLarge { return nil }
                    lseek(file, 0, SEEK_SET)
                }
            }
            let bytes = try readAll(file, size: size, most: maxFileBytes)
            if let contents = expected.contents, .bytes(bytes) == contents { return contents }
            return .bytes(bytes)
        } catch {
            throw SystemFailure(error)
        }
    }
}

extension SystemFailure {
    /// The failure of a call for a reason why a file cannot be read.
    fileprivate init(_ problem: ReadProblem) {
        if case .refused(let code) = problem {
            self.init(code: code)
        } else {
            self.init(code: EFBIG)
        }
    }
}

/// Whether an open file has exactly some bytes; then it is at its beginning again if it has not.
private func holds(_ file: Int32, _ bytes: [UInt8]) throws(ReadProblem) -> Bool {
    var place = 0
    while true {
        var code: Int32 = 0
        let piece = [UInt8](unsafeUninitializedCapacity: SourceFile.largestPiece) { buffer, count in
            code = fill(buffer, from: file, &count)
        }
        if code != 0 { throw .refused(code: code) }
        let end = place + piece.count
        guard end <= bytes.count, isSame(bytes[place..<end], piece[...]) else {
            lseek(file, 0, SEEK_SET)
            return false
        }
        place = end
        if piece.count < SourceFile.largestPiece { return place == bytes.count }
    }
}
