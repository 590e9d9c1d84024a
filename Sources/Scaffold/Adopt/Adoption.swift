// What pa-new knows of an app that was there already: the answers of its project that it needs itself.

import ProjectFiles

/// What pa-new knows of an app that was there already, besides what its templates know.
struct Adoption: Sendable, Hashable {
    /// The entry file.
    let entry: String
    /// The folders that PythonAnywhere serves without the app.
    let staticFolders: [ProjectStaticFolder]
    /// Whether the app needs packages: there is a `requirements.txt`, perhaps the app's own.
    let hasPackages: Bool

    /// The template of the entry file.
    static let entryTemplate = "{{entry}}"
    /// The name of the file with the next steps: the app has a README of its own.
    static let readme = "PYTHONANYWHERE.md"

    /// The questions that pa-new answers with what it finds; `Templates/adopted/manifest.json` asks them.
    enum Key: String, CaseIterable {
        /// The entry file.
        case entry
        /// How the app is connected: `none`, `asgi`, `tornado` or `static`.
        case adapter
        /// What the app is made with.
        case madeWith
        /// The option that chooses this app, such as `--app shop:app`; empty for an app without a choice.
        case choice
        /// The file with the app, which the entry file looks for.
        case appFile
        /// The folder below the project that comes first on Python's path; empty for the project itself.
        case root
        /// The lines that import the app.
        case imports
        /// The expression for the application.
        case application
        /// Django's settings module; empty for other apps.
        case settings
        /// The path of `manage.py`.
        case manage
        /// The static mappings, `URL=FOLDER` each.
        case folders
        /// Those of them that the user gave.
        case givenFolders
        /// The lines of `requirements.txt`; none if that file is the app's own.
        case requirements
        /// Whether the app needs packages.
        case hasPackages
    }

    /// Whether a text can be the name of an entry file: a module, in the project's own folder.
    package static func isEntryFile(_ name: String) -> Bool {
        let suffix = ".py"
        guard name.hasSuffix(suffix), name.utf8.count <= 255 else { return false }
        let stem = name.dropLast(suffix.count)
        let isWord = stem.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        return isWord && stem.first.map { !$0.isNumber } ?? false
    }
}

extension ProjectConfiguration {
    /// What is known of the app, if it was there already; nil for a project that pa-new makes.
    var adoption: Adoption? {
        guard framework.manifest.adopts else { return nil }
        var entry = Site.entryFile
        if case .text(let name)? = values[Adoption.Key.entry.rawValue] { entry = name }
        var folders: [String] = []
        if case .lines(let lines)? = values[Adoption.Key.folders.rawValue] { folders = lines }
        return Adoption(
            entry: entry,
            staticFolders: folders.map { ProjectStaticFolder(text: $0) },
            hasPackages: values[Adoption.Key.hasPackages.rawValue] == .bool(true)
        )
    }

    /// Checks what the answers to an app that was there already say.
    func checkAdoption() throws(ScaffoldError) {
        guard let adoption else { return }
        if !Adoption.isEntryFile(adoption.entry) || "/" + adoption.entry == wsgiName {
            throw .cannotAdopt(target, .badEntry(adoption.entry))
        }
        for folder in adoption.staticFolders {
            if let problem = folder.problem {
                throw .cannotAdopt(target, .badStatic(folder.text, problem))
            }
        }
        let urls = adoption.staticFolders.map(\.url)
        if let url = urls.first(where: { url in urls.count { $0 == url } > 1 }) {
            throw .cannotAdopt(target, .badStatic(url, .twice))
        }
    }

    /// The name of the WSGI file on PythonAnywhere, after a slash: the entry file must have another name, because
    /// it finds out by its name where it is.
    private var wsgiName: String {
        let path = site.wsgiFile
        return String(path[(path.lastIndex(of: "/") ?? path.startIndex)...])
    }
}

/// A folder of the project whose files PythonAnywhere serves without the app.
public struct ProjectStaticFolder: Codable, Hashable, Sendable {
    /// The URL below which the files are, such as `/static/`.
    public let url: String
    /// The path of the folder below the project's.
    public let folder: String

    /// The folder of projects that pa-new makes.
    static let usual = ProjectStaticFolder(url: Site.staticURL, folder: Site.staticName)

    /// Creates a folder.
    public init(url: String, folder: String) {
        self.url = url
        self.folder = folder
    }

    /// Creates a folder from its text, `URL=FOLDER`; what is wrong with it is a ``problem``.
    public init(text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        url = String(parts[0])
        var path = parts.count > 1 ? String(parts[1]) : ""
        while path.hasPrefix("./") { path.removeFirst(2) }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        folder = path
    }

    /// The mapping as `--static` takes it.
    public var text: String { "\(url)=\(folder)" }

    /// What is wrong with it.
    public enum Problem: Sendable, Hashable {
        /// The URL is wrong.
        case url(StaticFolder.Problem)
        /// There is no folder.
        case noFolder
        /// The project's folder itself: everything in it could be downloaded.
        case wholeProject
        /// Not a path below the project.
        case path(PathProblem)
        /// A folder whose name begins with a dot is not uploaded.
        case hidden
        /// The URL has another folder, too.
        case twice
    }

    /// What is wrong with it; nil for nothing.
    public var problem: Problem? {
        if let problem = StaticFolder.problem(withURL: url), problem != .ownURL {
            return .url(problem)
        }
        if folder.isEmpty { return .noFolder }
        if folder == "." { return .wholeProject }
        if let problem = pathProblem(folder) { return .path(problem) }
        if segments(of: folder).contains(where: { $0.hasPrefix(".") }) { return .hidden }
        return nil
    }
}

extension ProjectStaticFolder.Problem: CustomStringConvertible {
    /// The problem in words.
    public var description: String {
        switch self {
        case .url(let problem): "\(problem)"
        case .noFolder: "it has no folder after the '='"
        case .wholeProject: "visitors could download every file of the project"
        case .path(.leaves): "the folder has to be inside the project"
        case .path(let problem): "\(problem)"
        case .hidden: "folders whose names begin with a dot are not uploaded"
        case .twice: "the URL is given twice"
        }
    }
}
