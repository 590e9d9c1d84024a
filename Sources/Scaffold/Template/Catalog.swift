// The frameworks there are: every list shown anywhere comes from here.

import Mustache

/// What a project can be made from: one folder of templates, the tool's or the user's.
public struct Framework: Sendable {
    /// Where a folder of templates lies.
    public enum Origin: Sendable, Hashable {
        /// In this program.
        case embedded
        /// On the disk, with the path as it was typed and ``TemplateFolder/digest``.
        case folder(path: String, digest: String)
    }

    /// The folder's name, which no other framework has.
    public let folder: String
    /// What the folder says of itself.
    public let manifest: Manifest
    /// The folder's files but for the manifest and the partials, with paths below the folder.
    public let files: [TemplateFile]
    /// What its templates include with `{{> name}}`, by path.
    public let partials: [TemplateFile]
    /// Where the folder lies.
    public let origin: Origin

    /// The word for `--framework`; one framework can be there in several languages.
    public var name: String { manifest.framework.isEmpty ? folder : manifest.framework }

    /// The word for `--language`; nil for a template of the user's own, which is in none.
    public var language: String? { origin == .embedded ? manifest.language : nil }

    /// The path of a file, for errors.
    func place(_ path: String) -> String {
        switch origin {
        case .embedded: folder + "/" + path
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
    /// Every framework in each of its languages: the default one first, then by name, and of one name
    /// the one in ``defaultLanguage`` first.
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
    ///   not exactly one framework is the default, or two have one name and language.
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
            frameworks.append(try Self.framework(in: name, files: files, shared: shared))
        }
        try Self.checkNames(of: frameworks)
        let defaults = frameworks.filter(\.manifest.isDefault)
        guard defaults.count == 1 else {
            throw .badManifest(
                path: "*/\(Manifest.fileName)",
                reason: "exactly one framework has to be the default, not \(defaults.count)"
            )
        }
        self.frameworks = frameworks.sorted { Self.isListed($0, before: $1, default: defaults[0]) }
    }

    /// Makes a framework of a folder, which needs a manifest and an entry file.
    private static func framework(
        in folder: String,
        files: [TemplateFile],
        shared: [TemplateFile]
    ) throws(ScaffoldError) -> Framework {
        let path = "\(folder)/\(Manifest.fileName)"
        guard let file = files.first(where: { $0.path == Manifest.fileName }) else {
            throw .badManifest(path: path, reason: "the file is missing")
        }
        guard files.contains(where: { Plan.withoutTemplateSuffix($0.path) == "wsgi.py" }) else {
            throw .badManifest(path: "\(folder)/wsgi.py", reason: "the entry file is missing")
        }
        return Framework(
            folder: folder,
            manifest: try Manifest.read(TemplateFile(path: path, contents: file.contents)),
            files: files.filter { $0.path != Manifest.fileName },
            partials: shared,
            origin: .embedded
        )
    }

    /// Refuses a second folder for one framework in one language.
    private static func checkNames(of frameworks: [Framework]) throws(ScaffoldError) {
        var folders: [[String?]: String] = [:]
        for framework in frameworks {
            let words = [framework.name, framework.language]
            if let other = folders.updateValue(framework.folder, forKey: words) {
                throw .badManifest(
                    path: "\(framework.folder)/\(Manifest.fileName)",
                    reason: "\(other) has the same framework and language"
                )
            }
        }
    }

    /// Whether a framework comes before another one in lists.
    private static func isListed(
        _ first: Framework,
        before second: Framework,
        default other: Framework
    ) -> Bool {
        func rank(_ framework: Framework) -> (Int, String, Int, String) {
            (
                framework.name == other.name ? 0 : 1, framework.name,
                framework.language == other.language ? 0 : 1, framework.language ?? ""
            )
        }
        return rank(first) < rank(second)
    }

    /// The framework taken where none is asked for.
    public var defaultFramework: Framework { frameworks[0] }

    /// The language taken where none is asked for, and the framework is there in it.
    public var defaultLanguage: String { defaultFramework.manifest.language }

    /// The words for `--framework`.
    public var names: [String] { offered(in: nil).map(\.name) }

    /// The words for `--language`, the default one first.
    public var languages: [String] {
        let others = Set(frameworks.map(\.manifest.language)).subtracting([defaultLanguage])
        return [defaultLanguage] + others.sorted()
    }

    /// Returns the languages of a framework, the one first that is taken where none is asked for.
    ///
    /// - Parameter name: The word for `--framework`.
    /// - Returns: The words for `--language`; none where there is no such framework.
    public func languages(of name: String) -> [String] {
        frameworks.filter { $0.name == name }.map(\.manifest.language)
    }

    /// Returns the frameworks to choose from, each once.
    ///
    /// - Parameter language: The word for `--language`; nil for the one that each framework is taken in
    ///   where none is asked for.
    /// - Returns: The frameworks, the one first that is taken where none is asked for.
    public func offered(in language: String?) -> [Framework] {
        var seen: Set<String> = []
        return frameworks.filter {
            (language == nil || $0.language == language) && seen.insert($0.name).inserted
        }
    }

    /// Returns the language of a framework, where that is not the default one.
    ///
    /// - Parameter framework: The framework.
    /// - Returns: The word for `--language`, or nil where the option can be left out.
    public func nonDefaultLanguage(of framework: Framework) -> String? {
        framework.language == defaultLanguage ? nil : framework.language
    }

    /// Returns the words of the command line that ask for a framework.
    ///
    /// - Parameter framework: One of this catalogue.
    /// - Returns: The option `--framework`, and where it needs it `--language`.
    public func options(for framework: Framework) -> [String] {
        ["--framework", framework.name]
            + (nonDefaultLanguage(of: framework).map { ["--language", $0] } ?? [])
    }

    /// Finds a framework by its name and language.
    ///
    /// - Parameters:
    ///   - name: The word for `--framework`; nil for the default one, or the first one that is there in
    ///     the language.
    ///   - language: The word for `--language`; nil for the default one, or the first one that the
    ///     framework is there in.
    /// - Returns: The framework.
    /// - Throws: ``ScaffoldError/unknownFramework(_:nearest:known:)``,
    ///   ``ScaffoldError/unknownLanguage(_:nearest:known:)`` or
    ///   ``ScaffoldError/frameworkInOtherLanguages(_:language:languages:known:)``.
    public func framework(
        named name: String?,
        in language: String? = nil
    ) throws(ScaffoldError) -> Framework {
        if let name, !names.contains(name) {
            throw .unknownFramework(name, nearest: nearest(to: name, in: names), known: names)
        }
        if let language, !languages.contains(language) {
            throw .unknownLanguage(
                language,
                nearest: nearest(to: language, in: languages),
                known: languages
            )
        }
        let framework = frameworks.first {
            $0.name == name ?? $0.name && $0.language == language ?? $0.language
        }
        if let framework { return framework }
        // Without a framework or a language there is always the default one.
        throw .frameworkInOtherLanguages(
            name ?? defaultFramework.name,
            language: language ?? defaultLanguage,
            languages: languages(of: name ?? defaultFramework.name),
            known: offered(in: language).map(\.name)
        )
    }

    /// Finds what a request is about: a framework by its name and language, the template in a folder,
    /// or the framework taken where none is asked for.
    ///
    /// - Parameter request: What was asked for.
    /// - Returns: The framework or template.
    /// - Throws: ``ScaffoldError/frameworkAndTemplate``, ``ScaffoldError/languageAndTemplate``,
    ///   or what ``framework(named:in:)`` and ``Framework/own(at:)`` throw.
    public func framework(for request: Request) throws(ScaffoldError) -> Framework {
        guard let path = request.template else {
            return try framework(named: request.framework, in: request.language)
        }
        if request.framework != nil { throw .frameworkAndTemplate }
        if request.language != nil { throw .languageAndTemplate }
        if isFolder(request.output ?? ".", inside: path) { throw .projectInTemplate(path: path) }
        return try Framework.own(at: path)
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
        try ProjectName(
            text,
            modules: modules(besides: framework),
            language: nonDefaultLanguage(of: framework)
        )
    }

    /// The import names that a project must not have, each with the first framework that brings it: those
    /// of all frameworks in its language, since it may come to use them, and those of a template.
    func modules(besides own: Framework) -> [String: String] {
        let language = own.language ?? defaultLanguage
        var modules: [String: String] = [:]
        for framework in frameworks.filter({ $0.language == language }) + [own] {
            for module in framework.manifest.modules where modules[module] == nil {
                modules[module] = framework.name
            }
        }
        return modules
    }
}
