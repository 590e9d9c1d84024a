// The frameworks there are: every list shown anywhere comes from here.

/// What a project can be made from: one folder of templates, the tool's or the user's.
public struct Framework: Sendable {
    /// Where a folder of templates lies.
    public enum Origin: Sendable, Hashable {
        /// In this program.
        case embedded
        /// On the disk, with the path as it was typed and ``TemplateFolder/digest``.
        case folder(path: String, digest: String)
    }

    /// The folder's name, and the word for `--framework`.
    public let name: String
    /// What the folder says of itself.
    public let manifest: Manifest
    /// The folder's files but for the manifest and the partials, with paths below the folder.
    public let files: [TemplateFile]
    /// What its templates include with `{{> name}}`, by path.
    public let partials: [TemplateFile]
    /// Where the folder lies.
    public let origin: Origin

    /// The path of a file, for errors.
    func place(_ path: String) -> String {
        switch origin {
        case .embedded: name + "/" + path
        case .folder(let folder, _): folder.hasSuffix("/") ? folder + path : folder + "/" + path
        }
    }

    /// Returns an error in a template as one of whoever wrote it.
    func blamed(for error: ScaffoldError) -> ScaffoldError {
        origin == .embedded ? error : .inOwnTemplate(error)
    }

    /// The path of a partial, for errors.
    func partialPlace(_ path: String) -> String {
        switch origin {
        case .embedded: Catalog.sharedFolder + "/" + path
        case .folder: place(TemplateFolder.partialsFolder + "/" + path)
        }
    }

    /// Whether a project has packages to install.
    public var hasRequirements: Bool {
        files.contains { Plan.withoutTemplateSuffix($0.path) == "requirements.txt" }
    }
}

/// The frameworks found in a folder of templates, and the partials they share.
public struct Catalog: Sendable {
    /// Every framework, the default one first, then by name.
    public let frameworks: [Framework]
    /// What templates include with `{{> name}}`: the files of `_shared`, by path.
    public let shared: [TemplateFile]

    /// The folder with what several frameworks include.
    static let sharedFolder = "_shared"

    /// The catalogue of the templates in this program.
    ///
    /// - Returns: The catalogue.
    /// - Throws: ``ScaffoldError`` as ``init(files:)`` does.
    public static func embedded() throws(ScaffoldError) -> Catalog {
        try Catalog(files: embeddedTemplates)
    }

    /// Reads a folder of templates: a folder with a `manifest.json` is a framework.
    ///
    /// - Parameter files: Every file of the folder, with paths below it.
    /// - Throws: ``ScaffoldError/badManifest(path:reason:)`` where a manifest is missing or wrong, or
    ///   not exactly one framework is the default.
    public init(files: [TemplateFile]) throws(ScaffoldError) {
        var folders: [String: [TemplateFile]] = [:]
        for file in files {
            guard let slash = file.path.firstIndex(of: "/") else { continue }
            let path = String(file.path[file.path.index(after: slash)...])
            folders[String(file.path[..<slash]), default: []].append(
                TemplateFile(path: path, isExecutable: file.isExecutable, contents: file.contents)
            )
        }
        shared = folders.removeValue(forKey: Self.sharedFolder) ?? []

        var frameworks: [Framework] = []
        for (name, files) in folders.sorted(by: { $0.key < $1.key }) {
            let path = "\(name)/\(Manifest.fileName)"
            guard let file = files.first(where: { $0.path == Manifest.fileName }) else {
                throw .badManifest(path: path, reason: "the file is missing")
            }
            let manifest = try Manifest.read(
                TemplateFile(path: path, contents: file.contents)
            )
            frameworks.append(
                Framework(
                    name: name,
                    manifest: manifest,
                    files: files.filter { $0.path != Manifest.fileName },
                    partials: shared,
                    origin: .embedded
                )
            )
        }
        for framework in frameworks
        where !framework.files.contains(where: { Plan.withoutTemplateSuffix($0.path) == "wsgi.py" })
        {
            throw .badManifest(
                path: "\(framework.name)/wsgi.py",
                reason: "the entry file is missing"
            )
        }
        let defaults = frameworks.filter(\.manifest.isDefault)
        guard defaults.count == 1 else {
            throw .badManifest(
                path: "*/\(Manifest.fileName)",
                reason: "exactly one framework has to be the default, not \(defaults.count)"
            )
        }
        self.frameworks = defaults + frameworks.filter { !$0.manifest.isDefault }
    }

    /// The framework taken where none is asked for.
    public var standard: Framework { frameworks[0] }

    /// Finds a framework by its name.
    ///
    /// - Parameter name: The word for `--framework`.
    /// - Returns: The framework.
    /// - Throws: ``ScaffoldError/unknownFramework(_:nearest:known:)`` where there is none.
    public func framework(named name: String) throws(ScaffoldError) -> Framework {
        let names = frameworks.map(\.name)
        guard let framework = frameworks.first(where: { $0.name == name }) else {
            throw .unknownFramework(name, nearest: nearest(to: name, in: names), known: names)
        }
        return framework
    }

    /// Finds what a request is about: a framework by its name, the template in a folder, or the
    /// framework taken where none is asked for.
    ///
    /// - Parameter request: What was asked for.
    /// - Returns: The framework or template.
    /// - Throws: ``ScaffoldError/frameworkAndTemplate``, ``ScaffoldError/unknownFramework(_:nearest:known:)``,
    ///   or what ``Framework/own(at:)`` throws.
    public func framework(for request: Request) throws(ScaffoldError) -> Framework {
        switch (request.framework, request.template) {
        case (nil, nil): return standard
        case (let name?, nil): return try framework(named: name)
        case (nil, let path?):
            if isFolder(request.output ?? ".", inside: path) {
                throw .projectInTemplate(path: path)
            }
            return try Framework.own(at: path)
        case (_?, _?): throw .frameworkAndTemplate
        }
    }

    /// Checks a project's name that was typed.
    ///
    /// - Parameters:
    ///   - text: The name.
    ///   - framework: What the project is made from.
    /// - Returns: The name.
    /// - Throws: ``ScaffoldError/invalidName(_:_:suggestion:)``.
    public func projectName(
        _ text: String,
        for framework: Framework
    ) throws(ScaffoldError) -> ProjectName {
        try ProjectName(text, modules: modules(with: framework))
    }

    /// The import names that frameworks bring, each with the first framework that does.
    var modules: [String: String] { modules(with: nil) }

    /// The import names that frameworks and a template bring.
    func modules(with own: Framework?) -> [String: String] {
        var modules: [String: String] = [:]
        for framework in frameworks + (own.map { [$0] } ?? []) {
            for module in framework.manifest.modules where modules[module] == nil {
                modules[module] = framework.name
            }
        }
        return modules
    }
}
