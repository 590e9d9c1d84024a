// Static files that come with an installed package: PythonAnywhere serves them from the package's own folder,
// so that they need no upload. A manifest names the folders, the record of a project keeps them.

import ProjectFiles

/// A folder of static files in an installed package, and its URL on the site.
public struct StaticFolder: Codable, Hashable, Sendable {
    /// The URL below which the files are, such as `/static/admin/`.
    public let url: String
    /// The import name of the package, such as `django`.
    public let package: String
    /// The path of the folder below the package's own, such as `contrib/admin/static/admin`.
    public let folder: String

    /// The path of the folder below the one with the installed packages.
    package var path: String {
        package.split(separator: ".").joined(separator: "/") + "/" + folder
    }

    /// What is wrong with one of the three.
    public enum Problem: Sendable, Hashable {
        /// It has more bytes than this.
        case tooLong(most: Int)
        /// A URL without a slash at its start or its end.
        case urlWithoutSlashes
        /// The URL of the whole site.
        case wholeSite
        /// The URL of the project's own static files.
        case ownURL
        /// Not the import name of a package.
        case notAPackage
        /// A folder with a slash at its start or its end.
        case folderWithSlashes
        /// Not a path below a folder.
        case path(PathProblem)
        /// A character that is not allowed.
        case character(Character)
    }

    private static let mostBytes = 255

    /// Returns what is wrong with a URL.
    static func problem(withURL url: String) -> Problem? {
        if url.utf8.count > mostBytes { return .tooLong(most: mostBytes) }
        if url == "/" { return .wholeSite }
        guard url.utf8.count > 2, url.hasPrefix("/"), url.hasSuffix("/") else {
            return .urlWithoutSlashes
        }
        if url == Site.staticURL { return .ownURL }
        return problem(withNames: String(url.dropFirst().dropLast()))
    }

    /// Returns what is wrong with the import name of a package.
    static func problem(withPackage package: String) -> Problem? {
        if package.utf8.count > mostBytes { return .tooLong(most: mostBytes) }
        let names = package.split(separator: ".", omittingEmptySubsequences: false)
        let areNames = names.allSatisfy { name in
            let isWord = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            return isWord && name.first.map { !$0.isNumber } ?? false
        }
        return areNames ? nil : .notAPackage
    }

    /// Returns what is wrong with a folder in a package.
    static func problem(withFolder folder: String) -> Problem? {
        if folder.utf8.count > mostBytes { return .tooLong(most: mostBytes) }
        if folder.hasPrefix("/") || folder.hasSuffix("/") { return .folderWithSlashes }
        return problem(withNames: folder)
    }

    private static func problem(withNames path: String) -> Problem? {
        if let problem = pathProblem(path) { return .path(problem) }
        let stranger = path.first { character in
            let isPlain = character.isASCII && (character.isLetter || character.isNumber)
            return !isPlain && !"/._@+-".contains(character)
        }
        return stranger.map { .character($0) }
    }

    /// Returns the first thing that is wrong, with the name of its key.
    var problem: (key: String, value: String, problem: Problem)? {
        let found = [
            ("url", url, Self.problem(withURL: url)),
            ("package", package, Self.problem(withPackage: package)),
            ("folder", folder, Self.problem(withFolder: folder)),
        ]
        for (key, value, problem) in found {
            if let problem { return (key, value, problem) }
        }
        return nil
    }
}

extension StaticFolder.Problem: CustomStringConvertible {
    /// The problem in words.
    public var description: String {
        switch self {
        case .tooLong(let most): "it is longer than \(most) bytes"
        case .urlWithoutSlashes: "a URL has to begin and end with '/', such as '/static/admin/'"
        case .wholeSite: "the app would not get any request"
        case .ownURL: "it is the URL of the project's own static files"
        case .notAPackage: "it has to be the import name of a package, such as 'django'"
        case .folderWithSlashes:
            "it has to be a path below the package's folder, without '/' at its start or end"
        case .path(.leaves): "'.' and '..' are not allowed"
        case .path(let problem): "\(problem)"
        case .character(let character):
            "the character \(quoted(String(character))) is not allowed: "
                + "use letters, digits and ._@+-"
        }
    }
}

/// A row of the Web tab's table of static files.
public struct StaticMapping: Sendable, Hashable, Encodable {
    /// The URL below which the files are.
    public let url: String
    /// The folder on PythonAnywhere.
    public let directory: String
}

extension ProjectConfiguration {
    /// The folders of installed packages that PythonAnywhere serves; only a web app with packages has any.
    var staticFolders: [StaticFolder] {
        guard hasEntryFile, hasRequirements else { return [] }
        let names = conditionNames
        return framework.manifest.staticFolders.filter { $0.condition.holds(in: names) }
            .map(\.folder)
    }

    /// The mappings of static files on the Web tab.
    ///
    /// Longer URLs come first. PythonAnywhere does not document which of two mappings wins if both match,
    /// but this order is right if the longest one wins, and if the first one does.
    var staticMappings: [StaticMapping] {
        guard hasEntryFile else { return [] }
        let packages = "\(site.virtualenv)/lib/python\(python)/site-packages"
        let own = ownStaticFolders.map { folder in
            StaticMapping(url: folder.url, directory: "\(site.sourceFolder)/\(folder.folder)")
        }
        let folders = staticFolders.map { folder in
            StaticMapping(url: folder.url, directory: "\(packages)/\(folder.path)")
        }
        return (folders + own).sorted { first, second in
            (-first.url.utf8.count, first.url) < (-second.url.utf8.count, second.url)
        }
    }
}
