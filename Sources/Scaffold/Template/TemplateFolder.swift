// A user's template folder, read into memory.

import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// What lies in a template folder.
public struct TemplateFolder: Sendable {
    /// The path as it was typed.
    public let path: String
    /// The folder's name.
    public let name: String
    /// The text of the manifest; nil where there is none.
    private(set) var manifest: [UInt8]?
    /// Every other file, with paths below the folder, in the order of their paths.
    private(set) var files: [TemplateFile] = []
    /// What could not be read, or must not be.
    private(set) var findings: [TemplateFinding] = []

    /// The digest of every path, mode and content: what tells two versions of a template apart.
    var digest: String {
        let own = TemplateFile(path: Manifest.fileName, contents: .bytes(manifest ?? []))
        let lines = ([own] + files).map { file in
            "\(SHA256.hex(of: file.contents.bytes)) \(file.isExecutable ? "x" : "-") \(file.path)\n"
        }
        return SHA256.hex(of: Array(lines.joined().utf8))
    }

    /// The folder with what templates include.
    static let partialsFolder = "_partials"

    /// The most bytes that all files together may have: they are in memory at once.
    static let maxBytes = 1 << 30
    /// The most files that a folder may have.
    static let maxFiles = 200_000
    /// The most bytes that one template may have, which is also the most that one can become.
    static let mostTemplateBytes = 64 << 20

    /// What version control, Python and file managers leave in a folder: no part of a template.
    private static let leftovers: Set = [
        ".git", "__pycache__", ".mypy_cache", ".ruff_cache", ".DS_Store",
    ]

    /// Reads a folder; what is wrong in it becomes a finding.
    ///
    /// - Parameter path: The folder.
    /// - Throws: ``ScaffoldError/cannotRead(path:_:)`` where there is no such folder.
    public init(reading path: String) throws(ScaffoldError) {
        self.path = path
        name = try folderName(path)
        // Without a manifest it is no template folder but a mistake, and may hold anything.
        var status = stat()
        guard lstat(path + "/" + Manifest.fileName, &status) == 0 else { return }
        var total = 0
        // Folders that are still to be looked into, as paths below this one.
        var open = [""]
        while let folder = open.popLast() {
            let names: [String]
            do {
                names = try readNames(folder)
            } catch {
                throw .cannotRead(path: path, error)
            }
            if files.count + names.count > Self.maxFiles {
                throw .cannotRead(path: path, .tooMany(most: Self.maxFiles))
            }
            for name in names where !Self.leftovers.contains(name) {
                let below = folder.isEmpty ? name : folder + "/" + name
                if try add(below, &total) { open.append(below) }
            }
        }
        files.sort { $0.path < $1.path }
    }

    /// Returns the names in a folder that are text; the others become findings.
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

    /// Adds what has a path, and returns whether it is a folder to look into.
    private mutating func add(_ below: String, _ total: inout Int) throws(ScaffoldError) -> Bool {
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
        case S_IFREG: break
        case S_IFLNK:
            found(.link)
            return false
        default:
            found(.notAFile)
            return false
        }
        let isManifest = below == Manifest.fileName
        let isTemplate = below.hasSuffix(Plan.templateSuffix)
        let most =
            isManifest
            ? ManifestReader.maxBytes : isTemplate ? Self.mostTemplateBytes : Self.maxBytes
        do throws(ReadProblem) {
            let bytes = try readFile(place, most: most, followsLinks: false)
            total += bytes.count
            if isManifest {
                manifest = bytes
                return false
            }
            let isExecutable = status.st_mode & S_IXUSR != 0
            var contents = TemplateFile.Contents.bytes(bytes)
            if isTemplate {
                let text = String(decoding: bytes, as: UTF8.self)
                if text.utf8.elementsEqual(bytes) { contents = .text(text) }
            }
            files.append(TemplateFile(path: below, isExecutable: isExecutable, contents: contents))
        } catch {
            switch error {
            case .link: found(.link)
            case .notAFile, .notAFolder, .tooMany: found(.notAFile)
            case .tooLarge(let most):
                // An unread manifest is not a missing one.
                if isManifest { manifest = Array("{}".utf8) }
                found(.tooLarge(most: most))
            case .missing: found(.unreadable(code: ENOENT))
            case .refused(let code): found(.unreadable(code: code))
            }
        }
        guard total <= Self.maxBytes else {
            throw .cannotRead(path: path, .tooLarge(most: Self.maxBytes))
        }
        return false
    }
}

/// Whether a folder is another one or lies in it, whatever links lead there.
func isFolder(_ path: String, inside other: String) -> Bool {
    guard let resolved = realpath(path, nil) else { return false }
    defer { free(resolved) }
    guard let around = realpath(other, nil) else { return false }
    defer { free(around) }
    let folder = String(cString: around)
    return (String(cString: resolved) + "/").hasPrefix(
        folder.hasSuffix("/") ? folder : folder + "/"
    )
}

/// Returns the name of a folder, also where its path ends in `.` or `..`.
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

extension Framework {
    /// Reads a template of the user's own, and refuses one that `pa-new template check` does.
    ///
    /// - Parameter path: The template folder.
    /// - Returns: The template.
    /// - Throws: ``ScaffoldError/cannotRead(path:_:)``, or
    ///   ``ScaffoldError/badTemplateFolder(path:_:)`` with all that is wrong with it.
    public static func own(at path: String) throws(ScaffoldError) -> Framework {
        let check = TemplateCheck(try TemplateFolder(reading: path))
        let errors = check.findings.filter { $0.severity == .error }
        if !errors.isEmpty { throw .badTemplateFolder(path: path, errors) }
        return check.template
    }
}
