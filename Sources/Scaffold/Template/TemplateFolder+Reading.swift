// Reads a template folder of the user's own from the disk: what is too much is noticed before the files are read. Large
// files that are only copied are read once for their digest, and do not stay in memory.

import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension TemplateFolder {
    /// A file of the folder that is not read yet.
    private struct ListedFile {
        let path: String
        let bytes: Int
    }

    /// How many bytes of files that are only copied are in memory: those of most templates.
    static let maxBytesInMemory = 4 << 20

    /// Reads a folder.
    ///
    /// What is too much is noticed before the files are read.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - maxFiles: The maximum number of files, folders and others.
    ///   - maxOutput: The maximum size of a project, in bytes; nil for the default limits, which are above those of
    ///     a template.
    ///   - maxInMemory: How many bytes of files that are only copied are in memory.
    /// - Throws: ``ScaffoldError/cannotRead(path:_:)`` or ``ScaffoldError/tooMuchOutput(template:_:)``.
    init(
        reading path: String,
        maxFiles: Int = TemplateFolder.maxFiles,
        maxOutput: Int? = nil,
        maxInMemory: Int = Self.maxBytesInMemory
    ) throws(ScaffoldError) {
        self.path = path
        fetched = nil
        if let address = Self.addressMeant(by: path) {
            throw .badAddress(path, .path(instead: address))
        }
        name = try folderName(path)
        // Without a manifest this is probably another folder by mistake, and may contain anything.
        var status = stat()
        guard lstat(path + "/" + Manifest.fileName, &status) == 0 else {
            foldersWithManifest = Self.manifests(below: path)
            if foldersWithManifest.isEmpty { bareRepository = Self.bareRepository(at: path) }
            return
        }
        var listed: [ListedFile] = []
        var entries = 0
        // Folders that are still to be read, as paths below this one.
        var open = [""]
        while let folder = open.popLast() {
            let names: [String]
            do {
                names = try readNames(folder)
            } catch {
                throw .cannotRead(path: path, error)
            }
            // Empty folders and links take as long as files.
            entries += names.count
            if entries > maxFiles {
                throw .cannotRead(path: path, .tooMany(most: maxFiles))
            }
            for name in names where !Self.leftovers.contains(name) {
                let below = folder.isEmpty ? name : folder + "/" + name
                if list(below, in: &listed) { open.append(below) }
            }
        }
        listed.sort { $0.path < $1.path }
        if listed.contains(where: { $0.path == Manifest.fileName }) {
            read([Manifest.fileName], share: 0)
        }
        try check(listed, maxOutput)
        // Each file has the same share, so that it does not matter which is read first.
        let share = maxInMemory / max(listed.count, 1)
        read(listed.map(\.path).filter { $0 != Manifest.fileName }, share: share)
    }

    /// Reads files; those that are only copied stay in memory up to a size.
    private mutating func read(_ paths: [String], share: Int) {
        let path = path
        // So many at a time, since the bytes of a template are in memory twice until it is added.
        let step = 1024
        for start in stride(from: 0, to: paths.count, by: step) {
            let paths = Array(paths[start..<min(start + step, paths.count)])
            let files = inParallel(paths.count) { index in
                let below = paths[index]
                return Result { () throws(ReadProblem) in
                    try readFileOnce(path + "/" + below, most: Self.maxBytes(ofFileAt: below)) {
                        $0 <= share || Self.isUsed(below)
                    }
                }
            }
            for (below, file) in zip(paths, files) {
                do throws(ReadProblem) {
                    add(try file.get(), at: below)
                } catch {
                    found(error, at: below)
                }
            }
        }
    }

    /// Whether pa-new uses a file itself, and does not only copy it.
    private static func isUsed(_ path: String) -> Bool {
        path == Manifest.fileName || path.hasSuffix(Plan.templateSuffix)
            || [partialsFolder, additionsFolder].contains { isPath(path, below: $0) }
    }

    /// Refuses a folder whose files are too large together, or would make a project too large.
    private func check(_ listed: [ListedFile], _ maxOutput: Int?) throws(ScaffoldError) {
        let sizes = listed.map { $0.bytes <= Self.maxBytes(ofFileAt: $0.path) ? $0.bytes : 0 }
        guard sizes.reduce(0, +) <= Self.maxBytes else {
            throw .cannotRead(path: path, .tooLarge(most: Self.maxBytes))
        }
        guard let maxOutput, let bytes = manifest else { return }
        var reader = ManifestReader(.own(name: name))
        let manifest = reader.read(bytes)
        guard reader.problems.isEmpty else { return }
        var total = 0
        // What is copied into each project.
        for (file, size) in zip(listed, sizes)
        where !file.path.hasSuffix(Plan.templateSuffix)
            && ![Self.partialsFolder, Self.additionsFolder].contains(where: {
                isPath(file.path, below: $0)
            }) && file.path != Manifest.fileName
            && manifest.condition(for: file.path).terms.isEmpty
        {
            total += size
            if total > maxOutput {
                throw .tooMuchOutput(template: file.path, .all(most: maxOutput))
            }
        }
    }

    /// Returns the names in a folder that are valid UTF-8; the others become findings.
    private mutating func readNames(_ folder: String) throws(ReadProblem) -> [String] {
        guard let directory = opendir(folder.isEmpty ? path : path + "/" + folder) else {
            if folder.isEmpty { throw .refused(code: errno) }
            findings.append(TemplateFinding(path: folder, problem: .unreadable(code: errno)))
            return []
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            let name = String(decoding: bytes, as: UTF8.self)
            if name == "." || name == ".." { continue }
            if name.utf8.elementsEqual(bytes) {
                names.append(name)
            } else {
                let path = folder.isEmpty ? name : folder + "/" + name
                findings.append(TemplateFinding(path: path, problem: .nameIsNotText))
            }
        }
        return names
    }

    /// Lists the file at a path, and returns whether it is a folder to read instead.
    private mutating func list(_ below: String, in listed: inout [ListedFile]) -> Bool {
        func found(_ problem: TemplateProblem) {
            findings.append(TemplateFinding(path: below, problem: problem))
        }
        let place = path + "/" + below
        var status = stat()
        guard lstat(place, &status) == 0 else {
            found(.unreadable(code: errno))
            return false
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return true
        case S_IFREG:
            listed.append(ListedFile(path: below, bytes: Int(status.st_size)))
        case S_IFLNK: found(.link)
        default: found(.notAFile)
        }
        return false
    }

    /// Adds a file that was read.
    private mutating func add(_ file: FileRead, at below: String) {
        if below != Manifest.fileName { digests[below] = file.sha256 }
        if let bytes = file.contents.inMemory {
            add(bytes, at: below, isExecutable: file.isExecutable)
        } else if case .file(let source) = file.contents {
            let contents = TemplateFile.Contents.source(source)
            files.append(
                TemplateFile(path: below, isExecutable: file.isExecutable, contents: contents)
            )
        }
    }

    /// Adds the finding about a file that cannot be read.
    private mutating func found(_ problem: ReadProblem, at below: String) {
        let kind: TemplateProblem =
            switch problem {
            case .link: .link
            case .notAFile, .notAFolder, .tooMany: .notAFile
            case .tooLarge(let most): .tooLarge(most: most)
            case .missing: .unreadable(code: ENOENT)
            case .refused(let code): .unreadable(code: code)
            }
        // A manifest that cannot be read is not a missing manifest.
        if case .tooLarge = problem, below == Manifest.fileName { manifest = Array("{}".utf8) }
        findings.append(TemplateFinding(path: below, problem: kind))
    }
}

/// Returns the name of a folder, even if its path ends in `.` or `..`.
private func folderName(_ path: String) throws(ScaffoldError) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else {
        let code = errno
        throw .cannotRead(
            path: path,
            code == ENOENT || code == ENOTDIR ? .missing : .refused(code: code)
        )
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .cannotRead(path: path, .notAFolder) }
    guard let resolved = realpath(path, nil) else {
        throw .cannotRead(path: path, .refused(code: errno))
    }
    defer { free(resolved) }
    return String(String(cString: resolved).split(separator: "/").last ?? "template")
}
