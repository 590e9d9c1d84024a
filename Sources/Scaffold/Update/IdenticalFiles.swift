// Finds the files that the template has at another path with the same contents, however short they are.

import Mustache
import ProjectFiles

/// Finds files that the template has now at another path, unchanged.
///
/// An unedited file moves, and so keeps its owner and permissions; an edited one takes the user's lines along.
///
/// - Parameters:
///   - left: The files that are no longer generated; those that are found are removed.
///   - new: Today's files, each with its template.
///   - known: The paths of the baseline, which are no new ones.
///   - templates: The paths of all of today's templates.
///   - isServed: Whether a web server shows a path to everybody.
///   - current: Returns a file of the project as it is now; nil if it does not exist.
/// - Returns: The earlier versions by the new paths; none for contents that several files have, since nothing says
///   which of them is which.
/// - Throws: The errors of `current`.
func identicalFiles<Failure: Error>(
    in left: inout [Baseline.File],
    _ new: [RenderedFile],
    besides known: Set<String>,
    _ templates: Set<String>,
    isServed: (String) -> Bool,
    current: (String) throws(Failure) -> CurrentFile?
) throws(Failure) -> [String: Baseline.File] {
    let templates = Set(templates.map(Plan.withoutTemplateSuffix))
    // By the digests of the files as the template had them.
    var old: [String: [(file: Baseline.File, mine: FileContents)]] = [:]
    for file in left where !file.isOnce {
        // A template that is still there is left out by an answer, and was not renamed.
        guard !templates.contains(Plan.withoutTemplateSuffix(file.template)),
            let mine = try current(file.path)?.contents, mine.count > 0
        else { continue }
        if file.contents.isSame(as: mine) {
            old[mine.sha256, default: []].append((file, mine))
        } else if case .text(let text) = file.contents, hasEnoughLines(text),
            file.contents.isMost(of: mine, isStrict: false)
        {
            old[SHA256.hex(of: text), default: []].append((file, mine))
        }
    }
    if old.isEmpty { return [:] }
    var places: [String: [String]] = [:]
    for file in new where !file.isOnce && !known.contains(file.path) {
        let digest = file.contents.sha256
        guard old[digest] != nil, try current(file.path) == nil else { continue }
        places[digest, default: []].append(file.path)
    }
    var found: [String: Baseline.File] = [:]
    for (contents, paths) in places {
        guard let files = old[contents], files.count == 1, paths.count == 1 else { continue }
        let (file, mine) = files[0]
        if isServed(paths[0]), !file.contents.isMost(of: mine, isStrict: true) { continue }
        found[paths[0]] = file
        left.removeAll { $0.path == file.path }
    }
    return found
}

/// Whether a text has so many lines that say something that an equal one is not so by chance, as two files with one
/// comment can be.
private func hasEnoughLines(_ text: [UInt8]) -> Bool {
    isMergeable(text) && Lines(text).lines.count(where: saysSomething) >= 3
}

extension CurrentFiles {
    /// Forgets new files that are only other names of files of the baseline: where upper and lower case are the
    /// same, the system finds `metrics.py` also as `Metrics.py`, and it is not a file of the user's in the way.
    ///
    /// - Parameters:
    ///   - new: Today's files.
    ///   - base: The baseline.
    ///   - folder: The project's folder.
    /// - Throws: ``ScaffoldError`` if the system refuses.
    mutating func forgetOtherNames(
        of new: [RenderedFile],
        _ base: Baseline,
        in folder: borrowing WorkingFolder
    ) throws(ScaffoldError) {
        let known = Set(base.files.map(\.path))
        let old = Dictionary(base.files.map { (foldedName($0.path), $0.path) }) { first, _ in first
        }
        for file in new where files[file.path] != nil && !known.contains(file.path) {
            guard let path = old[foldedName(file.path)], path != file.path, files[path] != nil,
                try !onFiles({ () throws(FileError) in try folder.lists(file.path) })
            else { continue }
            forget(file.path)
        }
    }
}
