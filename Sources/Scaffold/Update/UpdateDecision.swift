// Decides what an update does to each file. These are pure functions: nothing is read or written here.

/// What an update does to one file.
struct UpdatedFile: Hashable {
    /// What happens to the file, for the report.
    var verb: Report.Verb
    /// The path below the project's folder.
    let path: String
    /// The path that the file had before, if it moves.
    var oldPath: String?
    /// The new contents of the file; nil if nothing is written.
    var contents: [UInt8]?
    /// Whether the owner may execute the file.
    var isExecutable = false
    /// Whether its old path was found only by its lines, and the user's edits moved.
    var isLikelyRename = false
}

/// A file of a project as it is now.
struct CurrentFile: Hashable {
    let contents: [UInt8]
    let isExecutable: Bool
}

/// Decides what an update does to each file of a project.
///
/// The result is always the merge of the baseline, the user's version and today's version.
///
/// - Parameters:
///   - base: The baseline.
///   - new: Today's files, each with its template.
///   - label: The name of the template's side in conflict markers.
///   - templates: The paths of all templates, also of those without a file in this project; nil if a file
///     is not followed to a new path by its lines alone.
///   - current: Returns a file of the project as it is now; nil if it does not exist.
/// - Returns: What happens to each file, sorted by path.
/// - Throws: The errors of `current`.
func update<Failure: Error>(
    from base: Baseline,
    to new: [RenderedFile],
    label: String,
    templates: Set<String>? = nil,
    current: (String) throws(Failure) -> CurrentFile?
) throws(Failure) -> [UpdatedFile] {
    var byPath: [String: Baseline.File] = [:]
    for file in base.files { byPath[file.path] = file }
    var (renamed, left) = try renamedFiles(from: base, to: new, current: current)
    var likely: Set<String> = []
    if let templates {
        // What the user deleted stays deleted, and nothing moves onto a file of the user's own.
        var here: [Baseline.File] = []
        for file in left where try current(file.path) != nil { here.append(file) }
        let others = left.filter { !here.contains($0) }
        var fresh: [RenderedFile] = []
        for file in new where byPath[file.path] == nil && renamed[file.path] == nil {
            if try current(file.path) == nil { fresh.append(file) }
        }
        let found = likelyRenames(from: &here, to: fresh, templates)
        left = here + others
        likely = Set(found.keys)
        renamed.merge(found) { $1 }
    }
    var result: [UpdatedFile] = []
    func add(_ decided: UpdatedFile, _ file: RenderedFile) {
        result.append(decided)
        guard decided.verb == .conflict, decided.contents == nil else { return }
        // The template's version goes beside the user's file if they cannot be merged.
        result.append(
            UpdatedFile(
                verb: .create,
                path: file.path + unmergedSuffix,
                contents: file.contents,
                isExecutable: file.isExecutable
            )
        )
    }
    for file in new {
        let mine = try current(file.path)
        if let old = renamed[file.path] {
            let moved = try current(old.path)
            var decided = decide(file, old, moved, label)
            if let moved {
                decided.oldPath = old.path
                decided.isLikelyRename =
                    likely.contains(file.path) && !old.contents.isSame(as: moved.contents)
                if decided.contents == nil {
                    decided.contents = moved.contents
                    decided.isExecutable = moved.isExecutable
                }
                if decided.verb != .merge, decided.verb != .conflict { decided.verb = .move }
            }
            add(decided, file)
        } else {
            add(decide(file, byPath[file.path], mine, label), file)
        }
    }
    // The remaining files are no longer generated.
    for old in left {
        guard let mine = try current(old.path) else { continue }
        if old.isOnce {
            result.append(UpdatedFile(verb: .keep, path: old.path))
            continue
        }
        let isUntouched = old.contents.isSame(as: mine.contents)
        result.append(UpdatedFile(verb: isUntouched ? .delete : .conflict, path: old.path))
    }
    return result.sorted { $0.path < $1.path }
}

/// The ending for the template's version if it cannot be merged.
let unmergedSuffix = ".pa-new"

/// Decides about one file, from today's version, the baseline's, and the user's.
private func decide(
    _ new: RenderedFile,
    _ old: Baseline.File?,
    _ mine: CurrentFile?,
    _ label: String
) -> UpdatedFile {
    func written(_ verb: Report.Verb, _ contents: [UInt8], _ isExecutable: Bool) -> UpdatedFile {
        UpdatedFile(verb: verb, path: new.path, contents: contents, isExecutable: isExecutable)
    }
    guard let mine else {
        // A file that the user deleted stays deleted.
        return old == nil
            ? written(.create, new.contents, new.isExecutable)
            : UpdatedFile(verb: .skip, path: new.path)
    }
    if new.isOnce {
        // It is the user's own. One that was there before the template made it is told.
        let isNews = old == nil && mine.contents != new.contents
        return UpdatedFile(verb: isNews ? .skip : .keep, path: new.path)
    }
    let isExecutable =
        mine.isExecutable == old?.isExecutable ? new.isExecutable : mine.isExecutable
    if mine.contents == new.contents {
        return mine.isExecutable == isExecutable
            ? UpdatedFile(verb: .identical, path: new.path)
            : written(.update, new.contents, isExecutable)
    }
    if let old, old.contents.isSame(as: mine.contents) {
        return written(.update, new.contents, isExecutable)
    }
    if let old, old.contents.isSame(as: new.contents) {
        return mine.isExecutable == isExecutable
            ? UpdatedFile(verb: .keep, path: new.path)
            : written(.update, mine.contents, isExecutable)
    }
    let base: [UInt8]
    switch old?.contents {
    case .none: base = []
    case .text(let text): base = text
    case .digest: return UpdatedFile(verb: .conflict, path: new.path)
    }
    guard isText(mine.contents), isText(new.contents) else {
        // Binary files cannot be merged: the user's version stays.
        return UpdatedFile(verb: .conflict, path: new.path)
    }
    let merge = Merge(base: base, yours: mine.contents, theirs: new.contents, label: label)
    if merge.text == mine.contents, merge.conflicts == 0, mine.isExecutable == isExecutable {
        return UpdatedFile(verb: .keep, path: new.path)
    }
    return written(merge.conflicts > 0 ? .conflict : .merge, merge.text, isExecutable)
}

/// Whether bytes are text, so that conflicts can be marked.
func isText(_ bytes: [UInt8]) -> Bool {
    !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
}

/// Whether a text still has the markers of a conflict.
///
/// - Parameter text: The text.
/// - Returns: Whether a line starts with the first marker and a later one with the last marker.
func hasConflictMarkers(_ text: [UInt8]) -> Bool {
    let lines = Lines(text).lines
    guard let start = lines.firstIndex(where: { $0.starts(with: "<<<<<<< yours".utf8) }) else {
        return false
    }
    return lines[start...].contains { $0.starts(with: ">>>>>>> pa-new".utf8) }
}
