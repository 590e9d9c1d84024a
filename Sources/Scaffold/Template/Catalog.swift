// The available frameworks: every list of them comes from here.

import Mustache

/// All frameworks in a folder of templates, and their shared partials.
public struct Catalog: Sendable {
    /// Every framework in each of its languages: the default one first, then by name.
    ///
    /// Within one name, ``defaultLanguage`` comes first.
    public let frameworks: [Framework]
    /// The templates for an app that is there already; nil if there are none.
    public let adopting: Framework?
    /// The partials that templates include with `{{> name}}`: the files of `_shared`, by path.
    public var shared: [TemplateFile] { sharedFiles() }
    private let sharedFiles: @Sendable () -> [TemplateFile]
    /// Templates that were fetched, by their addresses, so that each is fetched once.
    var fetched: [String: Framework] = [:]

    /// The folder with the files that several frameworks include.
    static let sharedFolder = "_shared"

    /// Returns the catalogue of the templates in this program.
    ///
    /// - Returns: The catalogue.
    /// - Throws: ``ScaffoldError`` like ``init(files:)``.
    public static func embedded() throws(ScaffoldError) -> Catalog {
        try Catalog(embeddedTemplates.compactMap { Framework($0) }) { embeddedShared }
    }

    /// Reads a folder of templates: a folder with a `manifest.json` is a framework.
    ///
    /// - Parameter files: Every file of the folder, with paths below it.
    /// - Throws: ``ScaffoldError/badManifest(path:reason:)`` if a manifest is missing or wrong, if
    ///   the number of default frameworks is not one, if two have the same name and language, or if two
    ///   adopt apps.
    public init(files: [TemplateFile]) throws(ScaffoldError) {
        var folders: [String: [TemplateFile]] = [:]
        for file in files {
            guard let slash = file.path.utf8.firstIndex(of: UInt8(ascii: "/")) else { continue }
            let path = String(file.path[file.path.utf8.index(after: slash)...])
            folders[String(file.path[..<slash]), default: []].append(
                TemplateFile(path: path, isExecutable: file.isExecutable, contents: file.contents)
            )
        }
        let shared = folders.removeValue(forKey: Self.sharedFolder) ?? []
        var frameworks: [Framework] = []
        for (name, files) in folders.sorted(by: { $0.key < $1.key }) {
            let parts = try Framework.Parts(in: name, files: files, shared: shared)
            frameworks.append(Framework(folder: name, parts))
        }
        self = try Catalog(frameworks) { shared }
    }

    /// Makes a catalogue of frameworks.
    ///
    /// - Parameters:
    ///   - frameworks: The frameworks, by the names of their folders.
    ///   - shared: Returns the partials.
    /// - Throws: ``ScaffoldError`` like ``init(files:)``.
    private init(
        _ frameworks: [Framework],
        _ shared: @escaping @Sendable () -> [TemplateFile]
    ) throws(ScaffoldError) {
        try Self.checkNames(of: frameworks)
        let adopting = frameworks.filter(\.listing.adopts)
        if adopting.count > 1 {
            throw .badManifest(
                path: "\(adopting[1].folder)/\(Manifest.fileName)",
                reason: "\(adopting[0].folder) adopts apps already, and only one template can"
            )
        }
        self.adopting = adopting.first
        let frameworks = frameworks.filter { !$0.listing.adopts }
        let defaults = frameworks.filter(\.listing.isDefault)
        guard defaults.count == 1 else {
            throw .badManifest(
                path: "*/\(Manifest.fileName)",
                reason: "exactly one framework has to be the default, not \(defaults.count)"
            )
        }
        self.frameworks = frameworks.sorted { Self.isListed($0, before: $1, default: defaults[0]) }
        sharedFiles = shared
    }

    /// Refuses two folders for the same framework in the same language.
    private static func checkNames(of frameworks: [Framework]) throws(ScaffoldError) {
        let names = frameworks.map { $0.name + "\n" + ($0.language ?? "") }
        for (index, name) in names.enumerated() {
            guard let other = names[..<index].firstIndex(of: name) else { continue }
            throw .badManifest(
                path: "\(frameworks[index].folder)/\(Manifest.fileName)",
                reason: "\(frameworks[other].folder) has the same framework and language"
            )
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

    /// The default framework.
    public var defaultFramework: Framework { frameworks[0] }

    /// The default language: that of the default framework.
    public var defaultLanguage: String { defaultFramework.listing.language }

    /// The values of `--framework`.
    public var names: [String] { offered(in: nil).map(\.name) }

    /// The values of `--language`, the default first.
    public var languages: [String] {
        let others = Set(frameworks.map(\.listing.language)).subtracting([defaultLanguage])
        return [defaultLanguage] + others.sorted()
    }

    /// Returns the languages of a framework, its default first.
    ///
    /// - Parameter name: The value of `--framework`.
    /// - Returns: The values of `--language`; empty if there is no such framework.
    public func languages(of name: String) -> [String] {
        frameworks.filter { $0.name == name }.map(\.listing.language)
    }

    /// Returns the available frameworks, each once.
    ///
    /// - Parameter language: The value of `--language`; nil for the default language of each
    ///   framework.
    /// - Returns: The frameworks, the default first.
    public func offered(in language: String?) -> [Framework] {
        var seen: Set<String> = []
        return frameworks.filter {
            (language == nil || $0.language == language) && seen.insert($0.name).inserted
        }
    }

    /// Returns the language of a framework, unless it is the default one.
    ///
    /// - Parameter framework: The framework.
    /// - Returns: The value of `--language`, or nil if the option can be left out.
    public func nonDefaultLanguage(of framework: Framework) -> String? {
        framework.language == defaultLanguage ? nil : framework.language
    }

    /// Returns the arguments that select a framework.
    ///
    /// - Parameter framework: One of this catalogue.
    /// - Returns: The option `--framework`, and `--language` if it is needed.
    public func options(for framework: Framework) -> [String] {
        ["--framework", framework.name]
            + (nonDefaultLanguage(of: framework).map { ["--language", $0] } ?? [])
    }

    /// Finds a framework by its name and language.
    ///
    /// - Parameters:
    ///   - name: The value of `--framework`; nil for the default one, or the first one in the language.
    ///   - language: The value of `--language`; nil for the default one, or the first one of the
    ///     framework.
    /// - Returns: The framework.
    /// - Throws: ``ScaffoldError/unknownFramework(_:nearest:known:)``,
    ///   ``ScaffoldError/languageAsFramework(_:frameworks:)``,
    ///   ``ScaffoldError/unknownLanguage(_:nearest:known:)`` or
    ///   ``ScaffoldError/frameworkInOtherLanguages(_:language:languages:known:)``.
    public func framework(
        named name: String?,
        in language: String? = nil
    ) throws(ScaffoldError) -> Framework {
        if let name, !names.contains(name) {
            if languages.contains(name) {
                throw .languageAsFramework(name, frameworks: offered(in: name).map(\.name))
            }
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
        // Without a framework or a language, the default one is always found.
        throw .frameworkInOtherLanguages(
            name ?? defaultFramework.name,
            language: language ?? defaultLanguage,
            languages: languages(of: name ?? defaultFramework.name),
            known: offered(in: language).map(\.name)
        )
    }

    /// Finds the framework for a request: by its name and language, the template in a folder, or the
    /// default framework.
    ///
    /// - Parameter request: What the user asks for.
    /// - Returns: The framework or template.
    /// - Throws: ``ScaffoldError/frameworkAndTemplate``, ``ScaffoldError/languageAndTemplate``,
    ///   or the errors of ``framework(named:in:)`` and ``Framework/own(at:)``.
    public func framework(for request: Request) throws(ScaffoldError) -> Framework {
        if let adopting, request.template == nil, request.adopts,
            request.framework == nil || request.framework == adopting.name
        {
            return adopting
        }
        guard let path = request.template else {
            return try framework(named: request.framework, in: request.language)
        }
        if request.framework != nil { throw .frameworkAndTemplate }
        if request.language != nil { throw .languageAndTemplate }
        if let template = fetched[path] { return template }
        if isFolder(request.output ?? ".", inside: path) { throw .projectInTemplate(path: path) }
        return try Framework.own(at: path, maxOutput: request.maxOutput)
    }

    /// Checks a project name that the user typed.
    ///
    /// - Parameters:
    ///   - text: The name.
    ///   - framework: The framework or template of the project.
    /// - Returns: The name.
    /// - Throws: ``ScaffoldError/invalidName(_:_:suggestion:)``.
    public func projectName(
        _ text: String,
        for framework: Framework
    ) throws(ScaffoldError) -> ProjectName {
        // Nearly always the name is good, and nobody asks which framework brings which module.
        if let name = try? ProjectName(text), !modules(of: framework).contains(name.package) {
            return name
        }
        return try ProjectName(
            text,
            modules: modules(besides: framework),
            language: nonDefaultLanguage(of: framework)
        )
    }

    /// The import names that a project must not have.
    private func modules(of own: Framework) -> [String] {
        frameworks(besides: own).flatMap(\.listing.modules)
    }

    /// The frameworks whose import names a project must not have.
    private func frameworks(besides own: Framework) -> [Framework] {
        let language = own.language ?? defaultLanguage
        return frameworks.filter { $0.language == language } + [own]
    }

    /// The import names that a project must not have, each with the first framework that brings it: those
    /// of all frameworks in its language, because the project may use them later, and those of a template.
    func modules(besides own: Framework) -> [String: String] {
        var modules: [String: String] = [:]
        for framework in frameworks(besides: own) {
            for module in framework.listing.modules where modules[module] == nil {
                modules[module] = framework.name
            }
        }
        return modules
    }
}
