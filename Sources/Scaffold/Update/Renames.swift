// Finds the files that have another path in today's template: by the template's own path, by the paths
// that the manifest says it had, or by the lines. These are pure functions.

import Mustache
import ProjectFiles

/// Finds the earlier version of each file whose path is new.
///
/// A path that differs only in upper and lower case is that of the same file.
///
/// - Parameters:
///   - base: The baseline.
///   - new: Today's files.
///   - isServed: Whether a web server shows a path to everybody.
///   - current: Returns a file of the project as it is now; nil if it does not exist.
/// - Returns: The earlier versions by the new paths, and the files that are no longer generated.
/// - Throws: The errors of `current`.
func renamedFiles<Failure: Error>(
    from base: Baseline,
    to new: [RenderedFile],
    isServed: (String) -> Bool,
    current: (String) throws(Failure) -> CurrentFile?
) throws(Failure) -> (renamed: [String: Baseline.File], left: [Baseline.File]) {
    let newPaths = Set(new.map(\.path))
    let known = Set(base.files.map(\.path))
    var left: [String: Baseline.File] = [:]
    for file in base.files where !newPaths.contains(file.path) {
        left[Plan.withoutTemplateSuffix(file.template)] = file
    }
    let inOtherCase = Dictionary(left.keys.map { (foldedName($0), $0) }) { first, _ in first }
    var renamed: [String: Baseline.File] = [:]
    // A file that is already at the new path is the user's own, and nothing moves there.
    for file in new where !known.contains(file.path) {
        guard try current(file.path) == nil else { continue }
        let sameInOtherCase = inOtherCase[foldedName(Plan.withoutTemplateSuffix(file.template))]
        for template in [file.template] + file.formerTemplates
            + [sameInOtherCase].compactMap(\.self)
        {
            let key = Plan.withoutTemplateSuffix(template)
            guard let old = left[key] else { continue }
            if let mine = try current(old.path) {
                // What is too large to be read stays at its path.
                guard let contents = mine.contents else { continue }
                // Another template's file is the same one only if its lines say so.
                if template != file.template,
                    !old.contents.isMost(of: contents, isStrict: isServed(file.path))
                {
                    continue
                }
            }
            left[key] = nil
            renamed[file.path] = old
            break
        }
    }
    return (renamed, left.values.sorted { $0.path < $1.path })
}

/// Finds the files that the template probably renamed: most lines are the same.
///
/// A file whose other lines are in another new file was split: nothing says which half an edit belongs to.
///
/// - Parameters:
///   - left: The files that are no longer generated; those that are found are removed.
///   - new: The files that are new, without those whose earlier version is known.
///   - templates: The paths of all of today's templates.
///   - isServed: Whether a web server shows a path to everybody.
///   - current: Returns a file of the project as it is now; nil if it does not exist.
/// - Returns: The earlier versions by the new paths.
/// - Throws: The errors of `current`.
func likelyRenames<Failure: Error>(
    from left: inout [Baseline.File],
    to new: [RenderedFile],
    _ templates: Set<String>,
    isServed: (String) -> Bool,
    current: (String) throws(Failure) -> CurrentFile?
) throws(Failure) -> [String: Baseline.File] {
    let templates = Set(templates.map(Plan.withoutTemplateSuffix))
    var old: [(file: Baseline.File, lines: Lines, mine: FileContents)] = []
    for file in left where !file.isOnce {
        // A template that is still there is left out by an answer, and was not renamed. What the user
        // deleted stays deleted.
        guard !templates.contains(Plan.withoutTemplateSuffix(file.template)),
            case .text(let text) = file.contents, isMergeable(text),
            let mine = try current(file.path)?.contents,
            file.contents.isMost(of: mine, isStrict: false)
        else { continue }
        old.append((file, Lines(text), mine))
    }
    guard !old.isEmpty, old.count * new.count <= maxPairs else { return [:] }
    let oldBytes = old.reduce(0) { $0 + $1.lines.byteCount }
    let newBytes = new.reduce(0) { $0 + $1.contents.count }
    guard oldBytes * new.count + newBytes * old.count <= maxComparedBytes else { return [:] }
    var pairs: [(old: Baseline.File, path: String, shared: SharedLines)] = []
    for file in new where !file.isOnce {
        guard let contents = file.contents.inMemory, isMergeable(contents) else { continue }
        // Nothing moves onto a file of the user's own.
        guard try current(file.path) == nil else { continue }
        let lines = Lines(contents)
        for (earlier, earlierLines, mine) in old {
            if isServed(file.path), !earlier.contents.isMost(of: mine, isStrict: true) { continue }
            guard let shared = SharedLines(of: earlierLines, lines) else { continue }
            pairs.append((earlier, file.path, shared))
        }
    }
    pairs.sort {
        ($1.shared.share, $0.old.path, $0.path) < ($0.shared.share, $1.old.path, $1.path)
    }
    var found: [String: Baseline.File] = [:]
    for pair in pairs where pair.shared.share > 0.5 && found[pair.path] == nil {
        guard let index = left.firstIndex(of: pair.old) else { continue }
        let isSplit = pairs.contains {
            $0.old.path == pair.old.path && $0.shared.hasRest(of: pair.shared)
        }
        if isSplit { continue }
        found[pair.path] = left.remove(at: index)
    }
    return found
}

/// The maximum number of pairs of files to compare: each takes a moment.
private let maxPairs = 10_000
/// The maximum size of both files of all pairs, in bytes.
private let maxComparedBytes = 512 << 20

/// Whether a line has more than white space and a bracket or two.
func saysSomething(_ line: ArraySlice<UInt8>) -> Bool {
    line.count { $0 > UInt8(ascii: " ") } > 2
}

/// The lines of an earlier file that a new file has, too.
///
/// Only lines that say something count.
private struct SharedLines {
    /// How many such lines the earlier file has.
    let total: Int
    /// Which of its lines are in both files.
    let places: Set<Int>
    /// The part of the larger file that is in both.
    let share: Double

    /// Compares two files; nil if they have so little in common that it can be by chance.
    init?(of old: Lines, _ new: Lines) {
        total = old.lines.count(where: saysSomething)
        let most = max(total, new.lines.count(where: saysSomething))
        guard most >= 5 else { return nil }
        let matched = zip(old.lines, matches(old, new)).enumerated().filter { _, pair in
            saysSomething(pair.0) && pair.1 != nil
        }
        guard matched.count * 4 > total else { return nil }
        places = Set(matched.map(\.offset))
        share = Double(matched.count) / Double(most)
    }

    /// Whether more than a quarter of the earlier file is here, and not in another new file.
    func hasRest(of other: SharedLines) -> Bool {
        places.subtracting(other.places).count * 4 > total
    }
}
