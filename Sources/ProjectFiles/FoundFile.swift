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
    /// Reads a file into memory that need not stay there.
    ///
    /// - Parameters:
    ///   - path: The path below the folder.
    ///   - most: The maximum size in bytes.
    /// - Returns: Its bytes, and what to keep of it: a large file is read again when it is used.
    /// - Throws: ``FileError`` as ``contents(of:most:)`` does.
    package func contentsForNow(
        of path: String,
        most: Int
    ) throws(FileError) -> (now: [UInt8], later: FileContents) {
        let bytes = try contents(of: path, most: most)
        let place = before[path].flatMap(\.self) ?? path
        guard bytes.count > SourceFile.largestPiece,
            let (file, status) = try? folder.openFile(place),
            Int(status.st_size) == bytes.count
        else { return (bytes, .bytes(bytes)) }
        close(file)
        let sha256 = SHA256.hex(of: bytes)
        let source = SourceFile(
            path: self.path + "/" + place,
            status,
            sha256: sha256,
            isText: false
        )
        return (bytes, .file(source))
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
        do throws(ReadProblem) {
            if size > SourceFile.largestPiece, expected.contents != nil {
                let isTooLarge = size > expected.most
                if isTooLarge, !canBeSame, expected.earlier == nil { return nil }
                if isTooLarge || canBeSame {
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
        } catch .refused(let code) {
            throw SystemFailure(code: code)
        } catch {
            throw SystemFailure(code: EFBIG)
        }
    }
}
