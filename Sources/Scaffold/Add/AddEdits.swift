// What is there already, and the edits that add the rest.

import ProjectFiles

/// The files of a project that matter for an addition.
struct FoundCode: Sendable {
    /// The code, or why it cannot be read, by path.
    var files: [String: Result<CodeFile, CodeProblem>] = [:]
    /// The paths of the files in the folder with the routes.
    var inRoutesFolder: [String] = []
    /// The files that the owner may execute.
    var executables: Set<String> = []
}

/// What the name or the path of a new handler is taken by.
public enum Taken: Error, Sendable, Hashable {
    /// A name in a file.
    case name(String, path: String, line: Int)
    /// A route for the same path.
    case route(String, path: String, line: Int)
    /// A route before the new one that fits its path, too.
    case earlierRoute(String, page: String, path: String, line: Int)
}

/// Reads the files that get code, and all that can have routes or the same names.
///
/// - Parameters:
///   - pieces: The pieces of code.
///   - routesFolder: The folder with the routes.
///   - folder: The project's folder.
/// - Returns: The code.
/// - Throws: ``ScaffoldError/files(_:)`` if something other than a file is in the way, or the system refuses.
func read(
    _ pieces: [AddedPiece],
    _ routesFolder: String?,
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) -> FoundCode {
    var found = FoundCode()
    var paths = Set(pieces.map(\.path))
    var folders = Set<String>()
    if let routesFolder { folders.insert(routesFolder) }
    for piece in pieces where CodeSyntax(of: piece.path)?.sharesNames == true {
        let parent = splitPath(piece.path).parent
        if parent != "." { folders.insert(parent) }
    }
    for place in folders {
        let inside = try onFiles { () throws(FileError) in try folder.files(below: place) }
        paths.formUnion(inside)
        if let routesFolder, place == routesFolder { found.inRoutesFolder = inside }
    }
    for path in paths.sorted() {
        guard let syntax = CodeSyntax(of: path), let file = try read(path, in: folder) else {
            continue
        }
        if file.isExecutable { found.executables.insert(path) }
        let code = try contents(of: file, path, in: folder)
        found.files[path] = Result { () throws(CodeProblem) in
            try CodeFile(path: path, code: code, syntax: syntax)
        }
    }
    return found
}

/// Returns what takes the name or the path of a new handler, or nil.
func taken(
    _ pieces: [AddedPiece],
    _ page: PagePath,
    _ found: FoundCode,
    _ routes: Addition.Routes?
) -> Taken? {
    for piece in pieces {
        let syntax = CodeSyntax(of: piece.path)
        let parent = splitPath(piece.path).parent + "/"
        let files = found.files.filter { path, _ in
            path == piece.path
                || syntax?.sharesNames == true && CodeSyntax(of: path)?.sharesNames == true
                    && path.hasPrefix(parent)
        }
        for path in files.keys.sorted() {
            guard case .success(let file)? = files[path] else { continue }
            let known = file.names
            for name in piece.names {
                guard let offset = known[name] else { continue }
                return .name(name, path: path, line: file.line(of: offset))
            }
        }
    }
    guard let routes else { return nil }
    var earlier: Taken?
    for path in found.inRoutesFolder {
        guard case .success(let file)? = found.files[path] else { continue }
        for (text, offset) in file.firstTexts(in: Set(routes.calls)) {
            if plainPath(text) == plainPath(page.text) {
                return .route(text, path: path, line: file.line(of: offset))
            }
            if routes.isOrdered, earlier == nil, fits(text, page.text) {
                let line = file.line(of: offset)
                earlier = .earlierRoute(text, page: page.text, path: path, line: line)
            }
        }
    }
    return earlier
}

/// Returns a path in one form: without the marks of a pattern, and without `/` at both ends.
private func plainPath(_ text: String) -> String {
    var path = text[...]
    if path.hasPrefix("^") { path.removeFirst() }
    if path.hasSuffix("$") { path.removeLast() }
    if path.hasSuffix("/?") { path.removeLast() }
    while path.hasPrefix("/") { path.removeFirst() }
    while path.hasSuffix("/") { path.removeLast() }
    return path.replacing(each: "\\.", by: ".")
}

/// Whether a route with parameters, or with a pattern, fits a path.
private func fits(_ route: String, _ page: String) -> Bool {
    var pattern = route
    if route.contains("<") && !route.contains("(") {
        // Parts such as <int:id>, <slug> and <path:rest>.
        pattern = ""
        for (index, part) in route.split(separator: "<", omittingEmptySubsequences: false)
            .enumerated()
        {
            let rest = part.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
            if index > 0 { pattern += part.hasPrefix("path:") ? ".+" : "[^/]+" }
            pattern += rest.last.map(String.init) ?? ""
        }
        if !pattern.hasPrefix("/") { pattern = "/" + pattern }
    }
    if pattern.hasPrefix("^") { pattern.removeFirst() }
    if pattern.hasSuffix("$") { pattern.removeLast() }
    guard !pattern.isEmpty, let compiled = try? Pattern(pattern) else { return false }
    return compiled.matches(page)
}

/// Finds the places of all pieces.
///
/// - Parameters:
///   - pieces: The pieces of code.
///   - found: The files.
/// - Returns: The pieces with their problems, and the edited files; no files if there is a problem.
func edit(_ pieces: [AddedPiece], _ found: FoundCode) -> ([AddedPiece], [AddReport.File]) {
    var pieces = pieces
    var edits: [String: [CodeEdit]] = [:]
    for index in pieces.indices {
        let piece = pieces[index]
        do throws(PlaceProblem) {
            let edit = try edit(piece, found)
            edits[piece.path, default: []].append(edit)
        } catch {
            pieces[index].problem = error
        }
    }
    var files: [AddReport.File] = []
    for (path, edits) in edits.sorted(by: { $0.key < $1.key }) {
        guard case .success(let file)? = found.files[path] else { continue }
        let new = file.applying(edits)
        // Read it again: whatever goes wrong in it, goes wrong here and not in the user's file.
        let again = try? CodeFile(path: path, code: new, syntax: file.syntax)
        let names = Set(file.names.keys)
        for index in pieces.indices where pieces[index].path == path && pieces[index].problem == nil
        {
            let expected = names.union(pieces[index].names)
            if again.map({ expected.isSubset(of: $0.names.keys) }) != true {
                pieces[index].problem = .unfinished
            }
        }
        files.append(AddReport.File(path: path, old: file.code, new: new))
    }
    return (pieces, pieces.contains { $0.problem != nil } ? [] : files)
}

private func edit(_ piece: AddedPiece, _ found: FoundCode) throws(PlaceProblem) -> CodeEdit {
    let file: CodeFile
    switch found.files[piece.path] {
    case nil: throw .noFile
    case .failure(let problem): throw .code(problem)
    case .success(let read): file = read
    }
    let known = file.names
    if let missing = piece.needs.first(where: { known[$0] == nil }) { throw .noName(missing) }
    return try file.edit(adding: piece.code, at: piece.place)
}
