// The words for mistakes that are made most: what to write instead.
//
// No request that goes well needs them.

import Mustache
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What to write instead of a name that leads to nothing.
enum Hints {
  /// How many names of files a message lists.
  private static let maxNames = 8
  /// How many lines of templates a message names.
  private static let maxPlaces = 3
  /// How many routes a message names.
  private static let maxRoutes = 3
  /// How many files are looked at for them.
  private static let maxFiles = 1000
  /// How many notes a worker writes into the log, so that visitors cannot fill it.
  private static let maxNotes = 1000
  private static let notes = Mutex<Set<String>>([])

  /// Returns what is wrong with the name of a template, and what to do.
  ///
  /// - Parameters:
  ///   - path: The path below the folder, where there is no file.
  ///   - folder: The folder of the templates.
  /// - Returns: The message.
  static func missingTemplate(_ path: String, in folder: String) -> String {
    let problem = "there is no templates/\(path)"
    if path.contains(where: { "<\n ".contains($0) }) {
      let start = String(String.UnicodeScalarView(problem.unicodeScalars.prefix(100)))
      return
        "\(start); render takes the name of a file: for HTML in the code, call"
        + " write_html(...), and for text, write(...)"
    }
    let project = parent(of: folder)
    // macOS finds the folder with other capitals, too.
    guard isFolder(folder), names(in: project).contains("templates") else {
      let others = names(in: project).filter { isFolder("\(project)/\($0)") }
      if let twin = others.first(where: isLikeTemplates) {
        return "\(problem); rename the folder \(twin)/ to templates/"
      }
      if let other = others.first(where: { isFolder("\(project)/\($0)/templates") }) {
        return "\(problem); move the folder \(other)/templates/ beside wsgi.py"
      }
      return "\(problem); make the folder templates/ beside wsgi.py"
    }
    let names = files(in: folder)
    var advice = meant(path, among: names) ?? "make the file, or correct the name"
    if path.hasPrefix("templates/"), names.contains(String(path.dropFirst(10))) {
      advice = "leave out 'templates/', and write '\(path.dropFirst(10))'"
    }
    return "\(problem); \(advice) (templates/ \(list(names)))"
  }

  /// Returns where a file was looked for, and what to do.
  static func missingFile(_ path: String) -> String {
    let folder = parent(of: path)
    let end = "(a relative path begins in the folder with wsgi.py)"
    if isFolder(path) { return "\(shown(path)) is a folder \(end)" }
    guard isFolder(folder) else {
      return "there is no file \(shown(path)), and no folder \(shown(folder)) \(end)"
    }
    let name = lastPart(of: path)
    let advice = meant(name, among: names(in: folder).filter { !isSame($0, name) })
    return "there is no file \(shown(path))\(advice.map { "; " + $0 } ?? "") \(end)"
  }

  /// Returns a path as seen from the project's folder.
  private static func shown(_ path: String) -> String {
    let start = ProjectFolder.path + "/"
    return path.hasPrefix(start) ? String(path.dropFirst(start.count)) : path
  }

  /// Returns what to do about a static file that cannot be read, or "".
  static func missingStatic(_ path: String, in folder: String) -> String {
    let rest = String(path.dropFirst(path.hasPrefix("static/") ? 7 : 0))
    let names = files(in: folder)
    if !isSame(rest, path), names.contains(rest) {
      return "; leave out 'static/', and write '\(rest)'"
    }
    return names.contains(path) ? "" : meant(path, among: names).map { "; " + $0 } ?? ""
  }

  /// Returns the lines of templates that name a static file, in brackets, or "".
  ///
  /// All templates are read for that, so only the preview tells them.
  static func templates(naming path: String) -> String {
    guard ProjectFolder.isPreview else { return "" }
    let folder = ProjectFolder.locate("templates")
    let tag = "#static_url}}\(path){{".filter { $0 != " " }
    var places: [String] = []
    for name in files(in: folder) {
      guard let file = ProjectFolder.find(name, inside: folder),
        let bytes = try? OpenFile(file).whole()
      else { continue }
      let lines = String(decoding: bytes, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated()
      where line.contains("static_url") && line.filter({ $0 != " " }).contains(tag) {
        places.append("templates/\(name):\(index + 1)")
        if places.count > maxPlaces { return "" }
      }
    }
    return places.isEmpty ? "" : " (\(places.joined(separator: ", ")))"
  }

  /// Returns the name of a file as it is, if a path has it with other capitals.
  ///
  /// macOS finds such a file, and the host does not.
  ///
  /// - Parameters:
  ///   - path: A path below the folder.
  ///   - folder: The folder.
  /// - Returns: The name, or nil if the path has the right capitals.
  static func otherCase(of path: String, in folder: String) -> String? {
    var place = folder
    var found: [String] = []
    for part in path.split(separator: "/").map(String.init) {
      let all = names(in: place)
      let twin = all.first { isSame($0.lowercased(), part.lowercased()) }
      let name = all.contains { isSame($0, part) } ? part : twin ?? part
      found.append(name)
      place += "/" + name
    }
    let name = found.joined(separator: "/")
    return isSame(name, path) ? nil : name
  }

  /// Returns the name that was meant, as advice, or nil.
  static func near(_ name: String, among names: [String]) -> String? {
    nearest(to: name, in: names).map { "did you mean '\($0)'?" }
  }

  /// Returns the error for a path without a route, which tells the routes near to it.
  ///
  /// - Parameters:
  ///   - path: The path of the request.
  ///   - routes: The route table.
  /// - Returns: The error.
  static func unknownPath(_ path: String, _ routes: [Route]) -> HTTPError {
    let given = path.split(separator: "/", omittingEmptySubsequences: false)
    var candidates: [String: String] = [:]
    for route in routes {
      var parts = route.path.split(separator: "/", omittingEmptySubsequences: false)
      if parts.count == given.count {
        // What is captured can be anything.
        for index in parts.indices where parts[index].contains("{") && !given[index].isEmpty {
          parts[index] = given[index]
        }
      }
      let candidate = String(parts.joined(separator: "/").dropFirst())
      candidates[candidate] = candidates[candidate] ?? route.path
    }
    var near: [String] = []
    while near.count < maxRoutes {
      let names = candidates.keys.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
      guard let found = nearest(to: String(path.dropFirst()), in: names),
        let route = candidates.removeValue(forKey: found)
      else { break }
      near.append(route)
    }
    guard !near.isEmpty else { return HTTPError(404) }
    let advice = "did you mean \(near.joined(separator: " or "))?"
    return HTTPError(404, "Not Found", reason: advice)
  }

  /// Whether a path is not that of a folder.
  static func isNoFolder(_ path: String) -> Bool { !isFolder(path) }

  /// Whether a note is new in this worker: the log has each only once.
  static func isNew(_ note: String) -> Bool {
    notes.withLock { $0.count < maxNotes && $0.insert(note).inserted }
  }

  /// Returns the advice to write the name of a file that is there, or nil.
  private static func meant(_ path: String, among names: [String]) -> String? {
    if let twin = names.first(where: { isSame($0.lowercased(), path.lowercased()) }) {
      return "write '\(twin)': capital letters count"
    }
    let base = lastPart(of: path)
    if let other = names.first(where: { isSame(lastPart(of: $0), base) }) {
      return "did you mean '\(other)'?"
    }
    return near(path, among: names)
  }

  /// Returns the paths of the files below a folder, in order and without hidden ones.
  private static func files(in folder: String) -> [String] {
    var found: [String] = []
    var waiting = [""]
    while let start = waiting.popLast(), found.count < maxFiles {
      for name in names(in: folder + "/" + start) where !name.hasPrefix(".") {
        let path = start + name
        if isFolder(folder + "/" + path) {
          waiting.append(path + "/")
        } else {
          found.append(path)
        }
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Returns the names in a folder, in order.
  private static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether a name differs from `templates` in its capital letters, or in the "s" at its end.
  private static func isLikeTemplates(_ name: String) -> Bool {
    let lowered = name.lowercased()
    return !isSame(name, "templates") && ["templates", "template"].contains(lowered)
  }

  private static func parent(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? "."
  }

  private static func lastPart(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/"))
      .map { String(path[path.utf8.index(after: $0)...]) } ?? path
  }

  /// Returns the names of files as a list that is not too long.
  private static func list(_ names: [String]) -> String {
    if names.isEmpty { return "has no files" }
    let more = names.count - maxNames
    return "has \(names.prefix(maxNames).joined(separator: ", "))"
      + (more > 0 ? " and \(more) more" : "")
  }
}
