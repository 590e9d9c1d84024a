// Finds the files that the template has at another path with the same contents. However short they are, an unedited
// one moves, and so keeps its owner and permissions.

/// Finds unedited files that the template has now at another path, unchanged.
///
/// - Parameters:
///   - left: The files that are no longer generated; those that are found are removed.
///   - new: Today's files, each with its template.
///   - known: The paths of the baseline, which are no new ones.
///   - templates: The paths of all of today's templates.
///   - current: Returns a file of the project as it is now; nil if it does not exist.
/// - Returns: The earlier versions by the new paths; none for contents that several files have, since nothing says
///   which of them is which.
/// - Throws: The errors of `current`.
func identicalFiles<Failure: Error>(
    in left: inout [Baseline.File],
    _ new: [RenderedFile],
    besides known: Set<String>,
    _ templates: Set<String>,
    current: (String) throws(Failure) -> CurrentFile?
) throws(Failure) -> [String: Baseline.File] {
    let templates = Set(templates.map(Plan.withoutTemplateSuffix))
    var old: [[UInt8]: [Baseline.File]] = [:]
    for file in left where !file.isOnce {
        // A template that is still there is left out by an answer, and was not renamed.
        guard !templates.contains(Plan.withoutTemplateSuffix(file.template)),
            let mine = try current(file.path)?.contents, !mine.isEmpty,
            file.contents.isSame(as: mine)
        else { continue }
        old[mine, default: []].append(file)
    }
    if old.isEmpty { return [:] }
    var places: [[UInt8]: [String]] = [:]
    for file in new where !file.isOnce && !known.contains(file.path) {
        guard old[file.contents] != nil, try current(file.path) == nil else { continue }
        places[file.contents, default: []].append(file.path)
    }
    var found: [String: Baseline.File] = [:]
    for (contents, paths) in places {
        guard let files = old[contents], files.count == 1, paths.count == 1 else { continue }
        found[paths[0]] = files[0]
        left.removeAll { $0.path == files[0].path }
    }
    return found
}
