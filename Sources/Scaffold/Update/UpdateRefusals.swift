// When an update is refused because of what is in the project's files.

import ProjectFiles

/// Refuses to update while files still have the conflict markers of an earlier update.
func checkResolved(
    _ base: Baseline,
    _ current: [String: CurrentFile],
    in folder: String
) throws(ScaffoldError) {
    let unresolved = base.files.filter { file in
        guard !file.isOnce, let mine = current[file.path], mine.hasMarkers else { return false }
        // A text about conflicts may have contained markers from the beginning.
        if case .text(let text) = file.contents { return !hasConflictMarkers(text) }
        return !file.contents.isSame(as: mine.contents)
    }
    guard unresolved.isEmpty else {
        throw .cannotUpdate(folder, .unresolved(unresolved.map(\.path)))
    }
}

/// Refuses an update that would make a muddle of the user's files.
///
/// - Parameters:
///   - updated: What happens to each file.
///   - base: The baseline.
///   - current: The files of the project as they are now.
///   - isRenamed: Whether the project gets a new name.
///   - folder: The project's folder.
/// - Throws: ``UpdateProblem/gitConflicts(_:)`` or ``UpdateProblem/linkedFolder(_:)``.
func checkPossible(
    _ updated: [UpdatedFile],
    _ base: Baseline,
    _ current: [String: CurrentFile],
    isRenamed: Bool,
    in folder: String
) throws(ScaffoldError) {
    try checkNoGitConflicts(updated, base, current, in: folder)
    if isRenamed { try checkNoLinkedFolders(updated, in: folder) }
}

/// Refuses to merge files in which git left a conflict: its markers would be taken for the user's lines.
private func checkNoGitConflicts(
    _ updated: [UpdatedFile],
    _ base: Baseline,
    _ current: [String: CurrentFile],
    in folder: String
) throws(ScaffoldError) {
    let before = Dictionary(base.files.map { ($0.path, $0.contents) }) { first, _ in first }
    let marked = updated.compactMap { file -> String? in
        let path = file.oldPath ?? file.path
        guard [.merge, .conflict].contains(file.verb), file.contents != nil,
            let mine = current[path]?.contents?.inMemory, hasGitConflict(mine)
        else { return nil }
        // A text about conflicts may have contained markers from the beginning.
        if case .text(let text) = before[path], hasGitConflict(text) { return nil }
        return path
    }
    guard marked.isEmpty else { throw .cannotUpdate(folder, .gitConflicts(marked)) }
}

/// Refuses a recorded name that a new project cannot have, if the update would make its package: no version of
/// pa-new made this project.
///
/// - Parameters:
///   - updated: What happens to each file.
///   - configuration: The project as it is to be.
///   - catalog: The available frameworks.
///   - folder: The project's folder.
/// - Throws: ``UpdateProblem/newName(_:_:)``.
func checkName(
    _ updated: [UpdatedFile],
    of configuration: ProjectConfiguration,
    _ catalog: Catalog,
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) {
    let name = configuration.name
    let modules = catalog.modules(besides: configuration.framework)
    guard let problem = name.takenProblem(modules: modules),
        updated.contains(where: {
            $0.contents != nil
                && ($0.path == name.package + ".py" || isPath($0.path, below: name.package))
        }),
        try onFiles({ () throws(FileError) in try folder.state(of: name.package) }) == .missing
    else { return }
    throw .cannotUpdate(folder.path, .newName(name.folder, problem))
}

/// Whether a text has all three markers of a conflict that git could not merge, in their order.
private func hasGitConflict(_ text: [UInt8]) -> Bool {
    lineOfMarkers(["<<<<<<< ", "=======", ">>>>>>> "], in: text) != nil
}

/// Refuses a new name if a folder that it moves is a symbolic link: the code behind it would stay, and nothing would
/// find it.
private func checkNoLinkedFolders(
    _ updated: [UpdatedFile],
    in folder: String
) throws(ScaffoldError) {
    for file in updated {
        guard let old = file.oldPath, let blockage = file.blockage, blockage.isLink,
            blockage.path != old
        else { continue }
        throw .cannotUpdate(folder, .linkedFolder(blockage.path))
    }
}
