// Decides what an update does to each file. These are pure functions: nothing is read or written here.

import ProjectFiles

/// What an update does to one file.
struct UpdatedFile: Hashable {
    /// What happens to the file, for the report.
    var verb: Report.Verb
    /// The path below the project's folder.
    let path: String
    /// The path that the file had before, if it moves.
    var oldPath: String?
    /// The new contents of the file; nil if nothing is written.
    var contents: FileContents?
    /// Whether the owner may execute the file.
    var isExecutable = false
    /// Whether its old path was found only by its lines, and the user's edits moved.
    var isLikelyRename = false
    /// Whether the user wants it to stay as it is, for a later update.
    var isExcluded = false
    /// What is in its way, so that it is not written.
    var blockage: Blockage?

    /// Whether it is not written, and a file at its old path stays there.
    var stays: Bool { isExcluded || blockage != nil }
}

/// A file of a project as it is now.
struct CurrentFile: Hashable {
    /// Its contents; nil if it is so large that only its size matters: it is the user's own version, and stays.
    ///
    /// Those that equal a file of the template are where that file has them.
    let contents: FileContents?
    /// Its size.
    let bytes: Int
    let isExecutable: Bool

    init(contents: FileContents, isExecutable: Bool) {
        (self.contents, bytes, self.isExecutable) = (contents, contents.count, isExecutable)
    }

    /// Creates a file from bytes in memory.
    init(contents: [UInt8], isExecutable: Bool) {
        self.init(contents: .bytes(contents), isExecutable: isExecutable)
    }

    /// Describes a file that is too large to be read.
    init(tooLarge bytes: Int, isExecutable: Bool) {
        (contents, self.bytes, self.isExecutable) = (nil, bytes, isExecutable)
    }

    /// Whether it still has the markers of a conflict; one that equals a file of the template that is only
    /// copied has none of ours.
    var hasMarkers: Bool { contents?.inMemory.map(hasConflictMarkers) ?? false }
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
///   - isOtherTemplate: Whether today's files are of another template, whose code has another structure: then
///     a file with a conflict shows all of the user's lines, and not only those in the place of the conflict.
///   - blockages: What is in the way of files, by their paths.
///   - proof: What says which files are certainly pa-new's own; nil if the baseline is trusted.
///   - current: Returns a file of the project as it is now; nil if it does not exist.
/// - Returns: What happens to each file, sorted by path.
/// - Throws: The errors of `current`.
func update<Failure: Error>(
    from base: Baseline,
    to new: [RenderedFile],
    label: String,
    templates: Set<String>? = nil,
    isOtherTemplate: Bool = false,
    blockages: [String: Blockage] = [:],
    proof: BaselineProof? = nil,
    current: (String) throws(Failure) -> CurrentFile?
) throws(Failure) -> [UpdatedFile] {
    var byPath: [String: Baseline.File] = [:]
    for file in base.files { byPath[file.path] = file }
    let (renamed, likely, left) = try renames(
        from: base,
        to: new,
        templates,
        proof,
        current: current
    )
    var result: [UpdatedFile] = []
    func add(_ decided: UpdatedFile, _ file: RenderedFile, isMerged: Bool) {
        result.append(decided)
        guard decided.verb == .conflict, !isMerged,
            decided.blockage.map({ $0.path == decided.path }) ?? true
        else { return }
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
    var gone = Set(renamed.values.map(\.path))
    let deleted = try deletedFiles(left, new, proof, current: current)
    gone.formUnion(deleted)
    // What moves or is deleted makes room.
    func blockage(_ path: String) -> Blockage? {
        blockages[path].flatMap { $0.files?.isSubset(of: gone) ?? false ? nil : $0 }
    }
    for file in new {
        if let blockage = blockage(file.path) {
            add(blocked(file, byPath[file.path], blockage), file, isMerged: false)
            continue
        }
        if let old = renamed[file.path], let blockage = blockage(old.path) {
            var skipped = UpdatedFile(verb: .skip, path: file.path, oldPath: old.path)
            skipped.blockage = blockage
            result.append(skipped)
            continue
        }
        let mine = try current(file.path)
        if let old = renamed[file.path] {
            let moved = try current(old.path)
            var decided = decide(file, old, moved, label, isOtherTemplate)
            let isMerged = decided.contents != nil
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
            add(decided, file, isMerged: isMerged)
        } else {
            let decided = decide(file, byPath[file.path], mine, label, isOtherTemplate)
            add(decided, file, isMerged: decided.contents != nil)
        }
    }
    result += try noLongerGenerated(left, deleted, blockages, current: current)
    return result.sorted { $0.path < $1.path }
}

/// Decides about the files that are no longer generated.
private func noLongerGenerated<Failure: Error>(
    _ left: [Baseline.File],
    _ deleted: Set<String>,
    _ blockages: [String: Blockage],
    current: (String) throws(Failure) -> CurrentFile?
) throws(Failure) -> [UpdatedFile] {
    var result: [UpdatedFile] = []
    for old in left {
        if let blockage = blockages[old.path], blockage.isLink, blockage.path == old.path {
            // The user's link is an edit.
            result.append(UpdatedFile(verb: .conflict, path: old.path))
        }
        guard let mine = try current(old.path) else { continue }
        let isEdited = !old.contents.isSame(as: mine.contents)
        let verb: Report.Verb =
            deleted.contains(old.path) ? .delete : isEdited && !old.isOnce ? .conflict : .keep
        result.append(UpdatedFile(verb: verb, path: old.path))
    }
    return result
}

/// Returns the earlier versions of files by their new paths, those paths that were found by the lines alone, and
/// the files that are no longer generated.
private func renames<Failure: Error>(
    from base: Baseline,
    to new: [RenderedFile],
    _ templates: Set<String>?,
    _ proof: BaselineProof?,
    current: (String) throws(Failure) -> CurrentFile?
) throws(Failure) -> (
    renamed: [String: Baseline.File], likely: Set<String>, left: [Baseline.File]
) {
    let known = Set(base.files.map(\.path))
    let isServed = { (path: String) in proof?.isServed(path) ?? false }
    var (renamed, left) = try renamedFiles(
        from: base,
        to: new,
        isServed: isServed,
        current: current
    )
    guard let templates else { return (renamed, [], left) }
    let same = try identicalFiles(
        in: &left,
        new,
        besides: known,
        templates,
        isServed: isServed,
        current: current
    )
    renamed.merge(same) { first, _ in first }
    let alike = Set(same.keys)
    let fresh = new.filter { !known.contains($0.path) && renamed[$0.path] == nil }
    let found = try likelyRenames(
        from: &left,
        to: fresh,
        templates,
        isServed: isServed,
        current: current
    )
    renamed.merge(found) { $1 }
    return (renamed, alike.union(found.keys), left)
}

/// Returns the paths of the files that are deleted: no longer generated, and without edits.
private func deletedFiles<Failure: Error>(
    _ left: [Baseline.File],
    _ new: [RenderedFile],
    _ proof: BaselineProof?,
    current: (String) throws(Failure) -> CurrentFile?
) throws(Failure) -> Set<String> {
    let renamed = Dictionary(new.map { (foldedName($0.path), $0.path) }) { first, _ in first }
    var deleted: Set<String> = []
    for old in left where !old.isOnce {
        guard let mine = try current(old.path), old.contents.isSame(as: mine.contents),
            proof?.isCertain(old) ?? true
        else { continue }
        // Where upper and lower case are the same, this can be the new file.
        if let path = renamed[foldedName(old.path)], try current(path) == mine { continue }
        deleted.insert(old.path)
    }
    return deleted
}

/// Decides about a file that something of the user's is in the way of: that stays.
private func blocked(
    _ new: RenderedFile,
    _ old: Baseline.File?,
    _ blockage: Blockage
) -> UpdatedFile {
    if let old, new.isOnce || old.contents.isSame(as: new.contents) {
        return UpdatedFile(verb: .keep, path: new.path)
    }
    // Below something that is no folder, there is no place for the template's version either.
    let isAtPath = blockage.path == new.path
    return UpdatedFile(
        verb: isAtPath && !new.isOnce ? .conflict : .skip,
        path: new.path,
        blockage: blockage
    )
}

/// The ending for the template's version if it cannot be merged.
let unmergedSuffix = ".pa-new"

/// Decides about one file, from today's version, the baseline's, and the user's.
private func decide(
    _ new: RenderedFile,
    _ old: Baseline.File?,
    _ mine: CurrentFile?,
    _ label: String,
    _ isOtherTemplate: Bool
) -> UpdatedFile {
    func written(_ verb: Report.Verb, _ contents: FileContents, _ isExecutable: Bool) -> UpdatedFile
    {
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
        guard let contents = mine.contents, mine.isExecutable != isExecutable else {
            return UpdatedFile(verb: .keep, path: new.path)
        }
        return written(.update, contents, isExecutable)
    }
    let base: [UInt8]
    switch old?.contents {
    case .none: base = []
    case .text(let text): base = text
    case .digest: return UpdatedFile(verb: .conflict, path: new.path)
    }
    // What can be merged is in memory.
    guard let yours = mine.contents?.inMemory, let theirs = new.contents.inMemory,
        [base, yours, theirs].allSatisfy(isMergeable)
    else {
        // The user's version stays.
        return UpdatedFile(verb: .conflict, path: new.path)
    }
    var merge = Merge(base: base, yours: yours, theirs: theirs, label: label)
    if isOtherTemplate, merge.conflicts > 0 {
        // Without the base, no line around the user's edits is taken for one that the template removed.
        merge = Merge(base: [], yours: yours, theirs: theirs, label: label)
    }
    if merge.text == yours, merge.conflicts == 0, mine.isExecutable == isExecutable {
        return UpdatedFile(verb: .keep, path: new.path)
    }
    return written(merge.conflicts > 0 ? .conflict : .merge, .bytes(merge.text), isExecutable)
}

/// The maximum size of a file that is compared line by line, in bytes: a larger one would need a hundred times its
/// size in memory.
let maxMergeableBytes = 8 << 20

/// Whether a version of a file can be compared line by line, and merged: a binary file cannot, nor a very large one.
func isMergeable(_ bytes: [UInt8]) -> Bool {
    bytes.count <= maxMergeableBytes && isText(bytes)
}

/// Whether a text still has the markers of a conflict.
///
/// - Parameter text: The text.
/// - Returns: Whether a line starts with the first marker and a later one with the last marker.
func hasConflictMarkers(_ text: [UInt8]) -> Bool {
    lineOfMarkers(["<<<<<<< yours", ">>>>>>> pa-new"], in: text) != nil
}
