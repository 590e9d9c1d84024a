// Files of a project that are too large for the memory, or too many: known by their digest, and read again when they
// are copied.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension WorkingFolder {
    /// Describes a file that is larger than some size, without its contents in memory.
    ///
    /// - Parameters:
    ///   - path: The path below the folder.
    ///   - bytes: The size.
    /// - Returns: Its contents on the disk, and whether the owner may execute it; nil for a smaller file, one of more than
    ///   1 GiB, or anything else.
    /// - Throws: ``FileError/badPath(path:_:)`` if the path would leave the folder, ``FileError/system(_:path:code:)`` if
    ///   the system refuses.
    package func largeFile(
        _ path: String,
        over bytes: Int
    ) throws(FileError) -> (contents: FileContents, isExecutable: Bool)? {
        try checkPath(path)
        if case .some(nil) = before[path] { return nil }
        let place = before[path].flatMap(\.self) ?? path
        guard case .file(let size, let isExecutable) = try state(of: path), size > bytes,
            size <= maxFileBytes
        else { return nil }
        let contents = try attempt(.read, self.path + "/" + path) {
            () throws(SystemFailure) -> FileContents in
            let (file, status) = try folder.openFile(place)
            defer { close(file) }
            do throws(ReadProblem) {
                let sha256 = try digest(of: file)
                let source = self.path + "/" + place
                return .file(SourceFile(path: source, status, sha256: sha256, isText: false))
            } catch .refused(let code) {
                throw SystemFailure(code: code)
            } catch {
                throw SystemFailure(code: EIO)
            }
        }
        return (contents, isExecutable)
    }

    /// Describes a file that is about to be read, so that its contents need not stay in memory.
    ///
    /// - Parameters:
    ///   - path: The path below the folder.
    ///   - bytes: The size.
    /// - Returns: Its contents on the disk; nil for a file that is no larger, or anything else.
    /// - Throws: ``FileError/badPath(path:_:)`` if the path would leave the folder.
    package func onDisk(_ path: String, over bytes: Int) throws(FileError) -> FileContents? {
        try checkPath(path)
        let place = before[path].flatMap(\.self) ?? path
        guard let (file, status) = try? folder.openFile(place) else { return nil }
        close(file)
        guard Int(status.st_size) > bytes else { return nil }
        let source = self.path + "/" + place
        return .file(SourceFile(path: source, status, sha256: nil, isText: false))
    }
}
