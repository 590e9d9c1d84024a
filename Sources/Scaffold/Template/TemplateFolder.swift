// Reads a user's template folder into memory.

import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The contents of a template folder.
public struct TemplateFolder: Sendable {
    /// The path as it was typed, or the address.
    public let path: String
    /// Where it was fetched from; nil for a folder on the disk.
    let fetched: FetchedFrom?
    /// The folder's name.
    public let name: String
    /// The text of the manifest; nil if there is none.
    var manifest: [UInt8]?
    /// All other files, with paths below the folder, sorted by path.
    var files: [TemplateFile] = []
    /// The folders with a manifest, if there is none here.
    var foldersWithManifest: [String] = []
    /// The address of this folder as a repository, if it is a bare one without a manifest.
    var bareRepository: String?
    /// Files that cannot or must not be read.
    var findings: [TemplateFinding] = []

    /// The digest of each file's contents, by its path.
    var digests: [String: String] = [:]

    /// Where the template is, with its version: the digest of all paths, modes and contents.
    var origin: Framework.Origin {
        var lines = "\(SHA256.hex(of: manifest ?? [])) - \(Manifest.fileName)\n"
        for file in files {
            let digest = digests[file.path] ?? ""
            lines += "\(digest) \(file.isExecutable ? "x" : "-") \(file.path)\n"
        }
        let digest = SHA256.hex(of: Array(lines.utf8))
        guard let fetched else { return .folder(path: path, digest: digest) }
        return .address(fetched.address, commit: fetched.commit, digest: digest)
    }

    /// That there is no manifest, and where it is probably.
    var missingManifest: TemplateProblem {
        guard let first = foldersWithManifest.first else {
            return bareRepository.map { .bareRepository(instead: shellQuoted($0)) }
                ?? .missingManifest
        }
        var instead = (path.hasSuffix("/") ? path : path + "/") + first
        if let address = fetched?.address {
            let folder = address.folder.map { $0 + "/" + first } ?? first
            let (repository, ref) = (address.repository, address.ref)
            let found = try? TemplateAddress(repository: repository, ref: ref, folder: folder)
            instead = found?.text ?? address.text
        }
        return .manifestElsewhere(foldersWithManifest, instead: shellQuoted(instead))
    }

    /// The folder with the partials.
    static let partialsFolder = "_partials"
    /// The folder with the code that is added to existing projects.
    static let additionsFolder = "_additions"

    /// The maximum size of all files together, in bytes.
    static let maxBytes = 1 << 30
    /// The maximum number of files and folders in a folder.
    static let maxFiles = 200_000
    /// The maximum size of one template, in bytes, and also of its result.
    static let maxTemplateBytes = 64 << 20

    /// Files that version control, Python and file managers create: not part of a template.
    static let leftovers: Set = [
        ".git", "__pycache__", ".mypy_cache", ".ruff_cache", ".DS_Store",
    ]

    /// Where a template was fetched from.
    struct FetchedFrom: Sendable, Hashable {
        let address: TemplateAddress
        /// The commit that the address named then.
        let commit: String
    }

    /// Fetches a template from an address; problems in its files become findings.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - limits: How much to fetch at most.
    /// - Throws: ``ScaffoldError/cannotFetch(_:_:)``.
    package init(
        fetching address: TemplateAddress,
        _ limits: FetchLimits = FetchLimits()
    ) throws(ScaffoldError) {
        let tree: GitTree
        do throws(FetchProblem) {
            tree = try fetchTree(address.source, limits)
        } catch {
            throw .cannotFetch(address, error)
        }
        path = address.text
        name = address.name
        fetched = FetchedFrom(address: address, commit: tree.commit)
        for entry in tree.entries { add(entry) }
        files.sort { $0.path < $1.path }
        let contents = files.map(\.contents.whole)
        let values = inParallel(files.count) { contents[$0].sha256 }
        digests = Dictionary(zip(files.map(\.path), values)) { first, _ in first }
        guard manifest == nil else { return }
        foldersWithManifest = files.filter {
            Self.canHoldManifest($0.path)
                && ManifestReader.isManifest($0.contents.whole.inMemory ?? [])
        }.map { splitPath($0.path).parent }
    }

    /// Adds an entry of a commit.
    private mutating func add(_ entry: GitTree.Entry) {
        let path = String(decoding: entry.path, as: UTF8.self)
        func found(_ problem: TemplateProblem) {
            findings.append(TemplateFinding(path: path, problem: problem))
        }
        if segments(of: path).contains(where: { Self.leftovers.contains(String($0)) }) {
            return
        }
        guard path.utf8.elementsEqual(entry.path) else { return found(.nameIsNotText) }
        switch entry.content {
        case .link: found(.link)
        case .submodule: found(.submodule)
        case .file(let bytes, let isExecutable):
            let most = Self.maxBytes(ofFileAt: path)
            if bytes.count > most {
                found(.tooLarge(most: most))
                if path == Manifest.fileName { manifest = Array("{}".utf8) }
            } else if bytes.starts(with: Self.startOfPointer) {
                found(.largeFilePointer)
            } else {
                add(bytes, at: path, isExecutable: isExecutable)
            }
        }
    }

    /// The start of a file that git's extension LFS has put in the place of a large one.
    private static let startOfPointer = Array("version https://git-lfs.github.com/spec/".utf8)

    /// The maximum size of a file.
    static func maxBytes(ofFileAt path: String) -> Int {
        if path == Manifest.fileName { return ManifestReader.maxBytes }
        return path.hasSuffix(Plan.templateSuffix) ? maxTemplateBytes : maxBytes
    }

    /// Adds a file.
    mutating func add(_ bytes: [UInt8], at path: String, isExecutable: Bool) {
        if path == Manifest.fileName {
            manifest = bytes
            return
        }
        var contents = TemplateFile.Contents.bytes(bytes)
        if path.hasSuffix(Plan.templateSuffix) {
            if let text = String(validating: bytes, as: UTF8.self) { contents = .text(text) }
        }
        files.append(TemplateFile(path: path, isExecutable: isExecutable, contents: contents))
    }

    /// Reads a folder, or fetches a template from an address.
    ///
    /// - Parameter place: The folder or the address.
    /// - Throws: ``ScaffoldError/cannotRead(path:_:)``, ``ScaffoldError/badAddress(_:_:)`` or
    ///   ``ScaffoldError/cannotFetch(_:_:)``.
    public init(at place: String) throws(ScaffoldError) {
        try self.init(at: place, maxOutput: nil)
    }

    /// Reads a folder, or fetches a template from an address, for a project of at most so many bytes.
    init(at place: String, maxOutput: Int?) throws(ScaffoldError) {
        guard TemplateAddress.isMeant(by: place) else {
            self = try TemplateFolder(reading: place, maxOutput: maxOutput)
            return
        }
        let address: TemplateAddress
        do throws(TemplateAddress.Problem) {
            address = try TemplateAddress(place)
        } catch {
            throw .badAddress(place, error)
        }
        self = try TemplateFolder(fetching: address)
    }

    /// Reads a folder; problems become findings.
    ///
    /// - Parameter path: The folder.
    /// - Throws: ``ScaffoldError/cannotRead(path:_:)`` if there is no such folder.
    public init(reading path: String) throws(ScaffoldError) {
        try self.init(reading: path, maxOutput: nil)
    }
}

/// Whether a folder is the same as another one or inside it, with all links resolved.
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

extension Framework {
    /// Reads a template of the user's own, and refuses it if `pa-new template check` finds an error.
    ///
    /// - Parameter path: The template folder, or an address.
    /// - Returns: The template.
    /// - Throws: ``ScaffoldError/cannotRead(path:_:)``, ``ScaffoldError/badAddress(_:_:)``,
    ///   ``ScaffoldError/cannotFetch(_:_:)``, or ``ScaffoldError/badTemplateFolder(path:_:)`` with all
    ///   findings.
    public static func own(at path: String) throws(ScaffoldError) -> Framework {
        try own(at: path, maxOutput: nil)
    }

    /// Reads a template of the user's own for a project of at most so many bytes.
    package static func own(at path: String, maxOutput: Int?) throws(ScaffoldError) -> Framework {
        try own(TemplateFolder(at: path, maxOutput: maxOutput))
    }

    /// Reads a template of the user's own from an address.
    ///
    /// - Parameter address: The address.
    /// - Returns: The template.
    /// - Throws: ``ScaffoldError`` as ``own(at:)`` does.
    static func own(fetching address: TemplateAddress) throws(ScaffoldError) -> Framework {
        try own(TemplateFolder(fetching: address))
    }

    private static func own(_ folder: TemplateFolder) throws(ScaffoldError) -> Framework {
        let check = TemplateCheck(folder)
        let errors = check.findings.filter { $0.severity == .error }
        if !errors.isEmpty { throw .badTemplateFolder(path: folder.path, errors) }
        return check.template
    }
}
