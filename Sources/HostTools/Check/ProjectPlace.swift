// Finds the project that a user means, for example in a folder inside it, or in the folder above several projects.

import ProjectFiles
import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Where the project is that a folder leads to.
package enum ProjectPlace: Hashable, Sendable {
    /// The folder is a project, or may be an app of its own.
    case here
    /// The folder belongs to the project in a folder above it.
    case above(String)
    /// The folder is a package of the app in the current folder, which has no record.
    case packageOfApp
    /// The folder is no project, but there are projects in it; their paths, sorted.
    case below([String])
}

extension ProjectPlace {
    private static let maxFolders = 1000
    private static let maxModuleBytes = 1 << 20
    /// How lines begin and end that make or import a WSGI callable of the names that servers expect.
    private static let callableStarts = [
        "app =", "app=", "app:", "application =", "application=", "application:",
        "def app(", "def application(", "async def app(", "async def application(",
    ]
    private static let callableEnds = [
        "import app", "import application", "as app", "as application",
    ]
    private static let ignored: Set<String> = ["node_modules", "venv", "env", "site-packages"]

    /// Finds the project that a folder leads to.
    ///
    /// As in git, a folder inside a project leads to the project. A folder with an entry file is an app of its own,
    /// unless it is a package.
    ///
    /// - Parameter folder: The path that the user typed.
    /// - Returns: Where the project is; ``here`` also if there is none.
    package static func find(from folder: String) -> ProjectPlace {
        guard let names = names(in: folder), !names.contains(ProjectRecord.fileName) else {
            return .here
        }
        let isApp = isApp(names)
        if !isApp || names.contains("__init__.py"), let project = projectAbove(folder, names) {
            return .above(project)
        }
        if isPackageOfApp(folder, names) { return .packageOfApp }
        if isApp || names.contains(where: { isModuleWithApp($0, in: folder) }) { return .here }
        let projects = projectsBelow(folder, names)
        return projects.isEmpty ? .here : .below(projects)
    }

    /// Returns the nearest folder above that has a record, as a path for people; nil if there is none.
    ///
    /// A folder with a repository of its own does not belong to a project above it.
    private static func projectAbove(_ folder: String, _ names: [String]) -> String? {
        guard var place = resolved(folder), !names.contains(".git") else { return nil }
        while place != "/", let slash = place.lastIndex(of: "/") {
            place = slash == place.startIndex ? "/" : String(place[..<slash])
            guard let found = Self.names(in: place) else { return nil }
            if found.contains(ProjectRecord.fileName) { return shown(place) }
            if found.contains(".git") { return nil }
        }
        return nil
    }

    /// Returns the folders with a record in a folder and in its folders.
    private static func projectsBelow(_ folder: String, _ names: [String]) -> [String] {
        let prefix = folder == "." ? "" : folder.hasSuffix("/") ? folder : folder + "/"
        var found: [String] = []
        var waiting = names.sorted().map { (path: prefix + $0, isNested: false) }
        var count = 0
        while !waiting.isEmpty, count < maxFolders {
            let (path, isNested) = waiting.removeFirst()
            let name = path.split(separator: "/").last ?? ""
            guard !name.hasPrefix("."), !ignored.contains(String(name)),
                let inside = Self.names(in: path)
            else { continue }
            count += 1
            if inside.contains(ProjectRecord.fileName) {
                found.append(path)
            } else if !isNested {
                waiting += inside.sorted().map { (path: path + "/" + $0, isNested: true) }
            }
        }
        return found.sorted()
    }

    /// Whether a folder in the current one is a package of the app there, and no app of its own.
    private static func isPackageOfApp(_ folder: String, _ inside: [String]) -> Bool {
        let name = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        guard !name.isEmpty, name != ".", name != "..", !name.contains("/") else { return false }
        // Without __init__.py, it is no package, and may be an app of its own.
        guard inside.contains("__init__.py"), let here = names(in: ".") else { return false }
        if hasEntryFile(here) { return !hasEntryFile(inside) }
        // Django's own layout: the settings and wsgi.py are in the package, manage.py is beside it.
        return here.contains("manage.py") && !inside.contains("manage.py")
    }

    private static func isApp(_ names: [String]) -> Bool {
        hasEntryFile(names) || names.contains("manage.py")
    }

    private static func hasEntryFile(_ names: [String]) -> Bool {
        names.contains { name in
            ["wsgi.py", "flask_app.py"].contains(name) || name.hasSuffix("_wsgi.py")
        }
    }

    /// Whether a module is, or may be, an app of its own: it is called so, or has a variable that is.
    ///
    /// Beside projects there can be other scripts, which are none.
    private static func isModuleWithApp(_ name: String, in folder: String) -> Bool {
        guard name.hasSuffix(".py") else { return false }
        if name == "app.py" || name == "application.py" { return true }
        // One that cannot be read is left to the command, which says why.
        guard let bytes = try? readFile(folder + "/" + name, most: maxModuleBytes) else {
            return true
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.contains { line in
            callableStarts.contains { line.hasPrefix($0) }
                || callableEnds.contains { line.hasSuffix($0) }
        }
    }

    private static func names(in folder: String) -> [String]? {
        try? readFolder(folder)
    }
}

/// Returns a path as people type it from the current folder.
///
/// - Parameter place: An absolute path without links.
/// - Returns: The path.
private func shown(_ place: String) -> String {
    guard let here = resolved(".") else { return place }
    if here == place { return "." }
    let root = place == "/" ? "/" : place + "/"
    if here.hasPrefix(root) {
        let depth = here.dropFirst(root.count).split(separator: "/").count
        return Array(repeating: "..", count: depth).joined(separator: "/")
    }
    return place.hasPrefix(here + "/") ? String(place.dropFirst(here.count + 1)) : place
}

/// Returns an absolute path without links; nil if it does not exist.
private func resolved(_ path: String) -> String? {
    guard let text = realpath(path, nil) else { return nil }
    defer { free(text) }
    return String(cString: text)
}
