// Detects `pa-new check hello` inside the project `hello`, whose package has the same name.

import ProjectFiles
import Scaffold

/// Whether a folder in the current one is a package of the project there, and no project of its own.
///
/// - Parameter folder: The path that the user typed.
/// - Returns: Whether the current folder is a project, and this folder is a package in it.
package func isPartOfProject(_ folder: String) -> Bool {
    let name = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    guard !name.isEmpty, name != ".", name != "..", !name.contains("/") else { return false }
    guard let here = try? readFolder("."), let inside = try? readFolder(name) else { return false }
    // Without __init__.py, it is no package, and may be an app of its own.
    guard inside.contains("__init__.py") else { return false }
    if isProject(here) { return !isProject(inside) }
    // Django's own layout: the settings and wsgi.py are in the package, manage.py is beside it.
    return here.contains("manage.py") && !inside.contains("manage.py")
}

/// Whether a folder with these files is a project: it has a record, or an entry file.
private func isProject(_ names: [String]) -> Bool {
    names.contains { name in
        [ProjectRecord.fileName, "wsgi.py", "flask_app.py"].contains(name)
            || name.hasSuffix("_wsgi.py")
    }
}
