// When an update is refused because of what is in the project's files.

import ProjectFiles

/// Refuses to update while files still have the conflict markers of an earlier update.
func checkResolved(
    _ base: Baseline,
    _ current: [String: CurrentFile],
    in folder: String
) throws(ScaffoldError) {
    let unresolved = base.files.filter { file in
        if file.isOnce { return false }
        // A text about conflicts may have contained markers from the beginning.
        if case .text(let text) = file.contents, hasConflictMarkers(text) { return false }
        return current[file.path].map { hasConflictMarkers($0.contents) } ?? false
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
            let mine = current[path], hasGitConflict(mine.contents)
        else { return nil }
        // A text about conflicts may have contained markers from the beginning.
        if case .text(let text) = before[path], hasGitConflict(text) { return nil }
        return path
    }
    guard marked.isEmpty else { throw .cannotUpdate(folder, .gitConflicts(marked)) }
}

/// Whether a text has all three markers of a conflict that git could not merge, in their order.
private func hasGitConflict(_ text: [UInt8]) -> Bool {
    var markers = ["<<<<<<< ", "=======", ">>>>>>> "][...]
    for line in Lines(text).lines {
        guard let next = markers.first else { break }
        if line.starts(with: next.utf8) { markers.removeFirst() }
    }
    return markers.isEmpty
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
