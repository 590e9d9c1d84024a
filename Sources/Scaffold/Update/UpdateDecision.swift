// Deciding what an update makes of each file: values in, values out, nothing read or written here.

/// What an update does to one file.
struct UpdatedFile: Hashable {
    /// What is to be done, for the report.
    var verb: Report.Verb
    /// The path below the project's folder.
    let path: String
    /// The path that the file had before, where it moves.
    var oldPath: String?
    /// What the file is to hold; nil where nothing is written.
    var contents: [UInt8]?
    /// Whether its owner may run it.
    var isExecutable = false
}

/// A file of a project as it is now.
struct CurrentFile: Hashable {
    let contents: [UInt8]
    let isExecutable: Bool
}

/// Decides what an update makes of each file of a project.
///
/// The law: the result is the merge of what was generated then, what the user made of it, and what is
/// generated now.
///
/// - Parameters:
///   - base: What was generated then.
///   - new: What is generated now, each file with its template.
///   - label: What markers call the template's side.
///   - current: Returns a file of the project as it is now; nil for none.
/// - Returns: What becomes of each file, by path.
/// - Throws: What `current` throws.
func update<Failure: Error>(
    from base: Baseline,
    to new: [RenderedFile],
    label: String,
    current: (String) throws(Failure) -> CurrentFile?
) throws(Failure) -> [UpdatedFile] {
    let newPaths = Set(new.map(\.path))
    // A file is known by its path, or else by its template: a path can change with the answers.
    var byPath: [String: Baseline.File] = [:]
    var byTemplate: [String: Baseline.File] = [:]
    for file in base.files {
        byPath[file.path] = file
        if !newPaths.contains(file.path) { byTemplate[file.template] = file }
    }
    var result: [UpdatedFile] = []
    func add(_ decided: UpdatedFile, _ file: RenderedFile) {
        result.append(decided)
        guard decided.verb == .conflict, decided.contents == nil else { return }
        // What cannot be merged is put beside the user's.
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
        if byPath[file.path] == nil, mine == nil,
            let old = byTemplate.removeValue(forKey: file.template)
        {
            let moved = try current(old.path)
            var decided = decide(file, old, moved, label)
            if let moved {
                decided.oldPath = old.path
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
    // What is left is generated no more.
    for old in byTemplate.values {
        guard let mine = try current(old.path) else { continue }
        let isUntouched = old.contents.isSame(as: mine.contents)
        result.append(UpdatedFile(verb: isUntouched ? .delete : .conflict, path: old.path))
    }
    return result.sorted { $0.path < $1.path }
}

/// The ending of the template's version, where it cannot be merged into the user's.
let unmergedSuffix = ".pa-new"

/// Decides about one file: as it is generated now, was generated then, and is now.
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
        // What the user deleted stays deleted.
        return old == nil
            ? written(.create, new.contents, new.isExecutable)
            : UpdatedFile(verb: .skip, path: new.path)
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
        // There is no way to put both into one file: yours stays.
        return UpdatedFile(verb: .conflict, path: new.path)
    }
    let merge = Merge(base: base, yours: mine.contents, theirs: new.contents, label: label)
    if merge.text == mine.contents, merge.conflicts == 0, mine.isExecutable == isExecutable {
        return UpdatedFile(verb: .keep, path: new.path)
    }
    return written(merge.conflicts > 0 ? .conflict : .merge, merge.text, isExecutable)
}

/// Whether bytes are text, in which conflicts can be marked.
func isText(_ bytes: [UInt8]) -> Bool {
    !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
}

/// Whether a text still has the markers of a conflict.
///
/// - Parameter text: The text.
/// - Returns: Whether there is a line with the beginning of one, and later one with its end.
func hasConflictMarkers(_ text: [UInt8]) -> Bool {
    let lines = Lines(text).lines
    guard let start = lines.firstIndex(where: { $0.starts(with: "<<<<<<< yours".utf8) }) else {
        return false
    }
    return lines[start...].contains { $0.starts(with: ">>>>>>> pa-new".utf8) }
}
