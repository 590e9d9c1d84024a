// A framework: one folder of templates, whose contents are made when they are first asked for.

/// The source of a project: one folder of templates, the tool's or the user's.
public struct Framework: Sendable {
    /// The place of a folder of templates.
    public enum Origin: Sendable, Hashable {
        /// In this program.
        case embedded
        /// On the disk, with the path as it was typed and ``TemplateFolder/digest``.
        case folder(path: String, digest: String)
        /// In a git repository, with the commit that was fetched and ``TemplateFolder/digest``.
        case address(TemplateAddress, commit: String, digest: String)
    }

    /// What is in a folder of templates; it is shared, since it does not change.
    final class Parts: Sendable {
        let manifest: Manifest
        let files: [TemplateFile]
        let additions: [TemplateFile]
        let partials: [TemplateFile]
        /// The file of the manifest, if its additions were not read.
        let manifestFile: TemplateFile?

        init(
            _ manifest: Manifest,
            files: [TemplateFile],
            additions: [TemplateFile],
            partials: [TemplateFile],
            manifestFile: TemplateFile? = nil
        ) {
            self.manifest = manifest
            self.files = files
            self.additions = additions
            self.partials = partials
            self.manifestFile = manifestFile
        }
    }

    /// The folder's name, which is unique among the frameworks.
    public let folder: String
    /// What options and lists have to know of it.
    let listing: Listing
    private let parts: @Sendable () -> Parts
    /// The SHA-256 of each file's contents as text, by its path, as far as they are known.
    let digests: [String: String]
    /// The place of the folder.
    public internal(set) var origin: Origin

    /// Creates a framework or template.
    ///
    /// - Parameters:
    ///   - folder: The folder's name.
    ///   - parts: What is in the folder.
    ///   - digests: The SHA-256 of each file's contents, by its path, as far as they are known.
    ///   - origin: The place of the folder.
    init(
        folder: String,
        _ parts: Parts,
        digests: [String: String] = [:],
        origin: Origin = .embedded
    ) {
        self.folder = folder
        listing = Listing(parts.manifest)
        self.parts = { parts }
        self.digests = digests
        self.origin = origin
    }

    /// Takes a framework from this program; nil for a folder that is none.
    init?(_ folder: EmbeddedFolder) {
        guard let listing = folder.listing, let parts = folder.parts else { return nil }
        self.folder = folder.name
        self.listing = listing
        self.parts = parts
        digests = [:]
        origin = .embedded
    }

    /// The folder's manifest.
    public var manifest: Manifest { parts().manifest }
    /// The folder's files except the manifest, the partials and the additions, with paths below the folder.
    public var files: [TemplateFile] { parts().files }
    /// The code that is added to existing projects, with paths below ``TemplateFolder/additionsFolder``.
    public var additions: [TemplateFile] { parts().additions }
    /// The partials that its templates include with `{{> name}}`, by path.
    public var partials: [TemplateFile] { parts().partials }

    /// Returns what the framework adds to an existing project.
    ///
    /// - Parameter kind: The kind of the addition.
    /// - Returns: The addition; nil if the framework has none of this kind.
    /// - Throws: ``ScaffoldError/badManifest(path:reason:)``.
    func addition(_ kind: AdditionKind) throws(ScaffoldError) -> Addition? {
        guard let file = parts().manifestFile else { return manifest.additions[kind] }
        return try Manifest.read(file).additions[kind]
    }

    /// The value of `--framework`; the same framework can exist in several languages.
    public var name: String { listing.framework.isEmpty ? folder : listing.framework }

    /// The value of `--language`; nil for a template of the user's own, which has no language.
    public var language: String? { origin == .embedded ? listing.language : nil }

    /// One line for lists.
    public var summary: String { listing.summary }

    /// The path of a file, for errors.
    func place(_ path: String) -> String {
        switch origin {
        case .embedded: folder + "/" + path
        case .folder(let folder, _): folder.hasSuffix("/") ? folder + path : folder + "/" + path
        case .address(let address, _, _): address.text + "/" + path
        }
    }

    /// Returns an error in a template as an error of its author: the tool or the user.
    func blamed(for error: ScaffoldError) -> ScaffoldError {
        origin == .embedded ? error : .inOwnTemplate(error)
    }

    /// Returns the files whose conditions hold; a rule counts for a file, or for a folder above it.
    func files(where holds: (Condition) -> Bool) -> [TemplateFile] {
        let manifest = manifest
        guard !manifest.rules.isEmpty else { return files }
        return files.filter { holds(manifest.condition(for: $0.path)) }
    }

    /// The path of a partial, for errors.
    func partialPlace(_ path: String) -> String {
        switch origin {
        case .embedded: Catalog.sharedFolder + "/" + path
        case .folder, .address: place(TemplateFolder.partialsFolder + "/" + path)
        }
    }

    /// Whether every project has packages to install.
    public var hasRequirements: Bool {
        files.contains { file in
            Plan.withoutTemplateSuffix(file.path) == "requirements.txt"
                && manifest.condition(for: file.path).terms.isEmpty
        }
    }
}

extension Framework.Parts {
    /// Reads the files of a framework's folder, which needs a manifest and an entry file.
    ///
    /// - Parameters:
    ///   - folder: The folder's name.
    ///   - files: Its files, with paths below it.
    ///   - shared: The partials.
    ///   - readsAdditions: Whether to read the additions of the manifest at once.
    /// - Throws: ``ScaffoldError/badManifest(path:reason:)``.
    convenience init(
        in folder: String,
        files: [TemplateFile],
        shared: [TemplateFile],
        readsAdditions: Bool = true
    ) throws(ScaffoldError) {
        let path = "\(folder)/\(Manifest.fileName)"
        guard let file = files.first(where: { $0.path == Manifest.fileName }) else {
            throw .badManifest(path: path, reason: "the file is missing")
        }
        let manifestFile = TemplateFile(path: path, contents: file.contents)
        let manifest = try Manifest.read(manifestFile, readsAdditions: readsAdditions)
        let entry = manifest.adopts ? Adoption.entryTemplate : Site.entryFile
        guard files.contains(where: { Plan.withoutTemplateSuffix($0.path) == entry }) else {
            throw .badManifest(path: "\(folder)/\(entry)", reason: "the entry file is missing")
        }
        let additions = TemplateFolder.additionsFolder + "/"
        self.init(
            manifest,
            files: files.filter { $0.path != Manifest.fileName && !$0.path.hasPrefix(additions) },
            additions: files.below(additions),
            partials: shared,
            manifestFile: readsAdditions ? nil : manifestFile
        )
    }
}
