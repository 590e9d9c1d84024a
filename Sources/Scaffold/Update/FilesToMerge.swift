// Brings into memory what a merge needs: files that are only copied are not there.

import ProjectFiles

/// Reads today's files that may have to be merged or compared by their lines.
///
/// - Parameters:
///   - rendered: Today's files.
///   - current: The files of the project as they are now.
///   - base: The baseline.
/// - Throws: ``ScaffoldError/files(_:)`` if a file cannot be read as it was.
func load(
    _ rendered: inout [RenderedFile],
    toMergeWith current: [String: CurrentFile],
    _ base: Baseline
) throws(ScaffoldError) {
    var before: [String: Baseline.File] = [:]
    for file in base.files { before[file.path] = file }
    let paths = Set(rendered.map(\.path))
    // A file that the template no longer has can be one of the new ones.
    let canMove = base.files.contains { !paths.contains($0.path) && current[$0.path] != nil }
    for (index, file) in rendered.enumerated() {
        guard case .file = file.contents, file.contents.count <= maxMergeableBytes else { continue }
        let isNeeded: Bool
        if let mine = current[file.path] {
            // The user's edits and the template's.
            isNeeded =
                mine.contents != file.contents
                && !(before[file.path]?.contents.isSame(as: mine.contents) ?? false)
        } else {
            isNeeded = canMove && before[file.path] == nil
        }
        if isNeeded {
            rendered[index] = try onFiles { () throws(FileError) in try file.loaded() }
        }
    }
}
