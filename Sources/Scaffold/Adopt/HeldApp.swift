// Tells whether a folder looks like that of an app: `adopt` is then what the user means.

import ProjectFiles

/// Files that an app has beside its code, and a website that has no code.
private let namesOfApps: Set = [
    "requirements.txt", "pyproject.toml", "Pipfile", "environment.yml", "index.html",
]

/// Whether a folder with these entries looks like that of an app that pa-new did not make.
///
/// - Parameter entries: The names in the folder.
/// - Returns: Whether it has Python code or a list of packages, and no record of a project.
package func holdsApp(_ entries: [String]) -> Bool {
    !entries.contains(ProjectRecord.fileName)
        && entries.contains { namesOfApps.contains($0) || $0.hasSuffix(".py") }
}

/// Whether a folder looks like that of an app that pa-new did not make.
///
/// - Parameter folder: The path of the folder.
/// - Returns: False also if it cannot be read.
package func holdsApp(in folder: String) -> Bool {
    holdsApp((try? readFolder(folder)) ?? [])
}
