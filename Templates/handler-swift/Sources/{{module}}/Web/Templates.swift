// The templates in the project's folder `templates/`.
//
// A file is read when a page needs it for the first time. In the preview, it is read again after a
// change. All templates that a page can show are read with it, so a wrong name is found by the first
// request, even if it is in a part that is not shown.

import Mustache
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is wrong with a template, and where: `PATH:LINE:COLUMN: message`.
struct TemplateError: Error, CustomStringConvertible {
  let description: String
}

/// The templates that this worker has read.
struct Templates: Sendable {
  /// A template, and those that it can show, by their paths below the folder.
  typealias Page = (template: Mustache.Template, partials: [String: Mustache.Template])

  /// How many texts in the code are kept as templates.
  static let maxTexts = 64
  /// The path in the errors of a text in the code.
  static let textPath = "Response(html:)"

  private static let ofProject = Mutex(Templates())

  private var folder = ""
  private var files: [String: Mustache.Template] = [:]
  private var texts: [String: Mustache.Template] = [:]
  /// The states of the files that were read.
  private var states: [String: FileState] = [:]

  /// Returns the template in a file of the project.
  ///
  /// - Parameter name: Its path below `templates/`; without an extension, it gets `.html`.
  /// - Returns: The template.
  /// - Throws: ``TemplateError`` if it cannot be read, or is not a template.
  static func page(_ name: String) throws -> Page {
    try ofProject.withLock { try $0.page(at: withExtension(name, of: "")) }
  }

  /// Returns the template that is a text in the code.
  ///
  /// - Throws: ``TemplateError`` if it is not a template, or names one that cannot be read.
  static func text(_ text: String) throws -> Page {
    try ofProject.withLock { try $0.page(of: text) }
  }

  private mutating func page(at path: String) throws -> Page {
    forgetChanged()
    if let known = files[path] { return (known, files) }
    let template = try read(path, for: nil)
    try keep([path: template])
    return (template, files)
  }

  private mutating func page(of text: String) throws -> Page {
    forgetChanged()
    if let known = texts[text] { return (known, files) }
    let template = try parsed(text, path: Self.textPath)
    try keep(["": template])
    if texts.count >= Self.maxTexts { texts.removeAll() }
    texts[text] = template
    return (template, files)
  }

  /// Keeps new templates, with all that they can show.
  private mutating func keep(_ templates: [String: Mustache.Template]) throws {
    var new = templates
    var waiting = Array(templates.values)
    while let template = waiting.popLast() {
      for reference in template.references {
        switch reference.kind {
        case .partial, .parent:
          let path = withExtension(reference.name, of: template.path)
          guard files[path] == nil, new[path] == nil else { continue }
          let read = try read(path, for: reference)
          new[path] = read
          waiting.append(read)
        case .dynamicPartial, .dynamicParent:
          throw TemplateError(
            description: "\(reference.location): a page cannot have the dynamic name "
              + "'*\(reference.name)': write the name of the template")
        default: break
        }
      }
    }
    // Only now: after an error, the next request has to find it again.
    files.merge(new) { $1 }
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: Its path below the folder.
  ///   - user: The tag that names it, which is the place of an error.
  /// - Returns: The template.
  /// - Throws: ``TemplateError`` if it cannot be read, or is not a template.
  private mutating func read(
    _ path: String,
    for user: Mustache.Reference?
  ) throws -> Mustache.Template {
    let shown = "templates/\(path)"
    var problem = "'\(path)' is not a path below templates/"
    let inner = String(path.drop { $0 == "/" })
    if let file = ProjectFolder.find(inner, inside: folder), (try? OpenFile(file)) != nil {
      problem += ": write '\(inner)'"
    }
    if let file = ProjectFolder.find(path, inside: folder) {
      do {
        states[file] = FileState(of: file)
        let text = try decoded(try OpenFile(file).whole(), of: shown)
        // macOS finds a file with other capitals, and the host does not.
        if ProjectFolder.isPreview,
          Hints.otherCase(of: shown, in: ProjectFolder.path) != nil
        {
          throw FileError(path: file, code: ENOENT)
        }
        return try parsed(text, path: shown)
      } catch let error as FileError {
        problem =
          error.isAbsent
          ? Hints.missingTemplate(path, in: folder)
          : "\(shown) cannot be read: \(error.reason)"
      }
    }
    throw TemplateError(description: user.map { "\($0.location): \(problem)" } ?? problem)
  }

  /// Forgets everything if the project is another one, or if a file has changed in the preview.
  private mutating func forgetChanged() {
    let folder = ProjectFolder.locate("templates")
    let isOther = !isSame(folder, self.folder)
    let hasChanged =
      ProjectFolder.isPreview && states.contains { FileState(of: $0.key) != $0.value }
    guard isOther || hasChanged else { return }
    self = Templates()
    self.folder = folder
  }
}

/// Returns the path of a template; by default, its extension is that of the template that uses it.
private func withExtension(_ name: String, of user: String) -> String {
  guard fileExtension(name).isEmpty else { return name }
  let inherited = fileExtension(user)
  return name + (inherited.isEmpty ? ".html" : inherited)
}

/// Returns the extension of a path, such as `.html`, or "".
private func fileExtension(_ path: String) -> String {
  let bytes = Array(path.utf8)
  let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
  let dot = bytes[start...].lastIndex(of: UInt8(ascii: "."))
  return dot.map { $0 > start ? String(decoding: bytes[$0...], as: UTF8.self) : "" } ?? ""
}

/// Parses a template.
private func parsed(_ text: String, path: String) throws -> Mustache.Template {
  do {
    // A text in the code has no extension to inherit.
    let user = isSame(path, Templates.textPath) ? "" : path
    let template = try Mustache.Template(text, path: path) { withExtension($0, of: user) }
    try check(template.references, in: text)
    return template
  } catch let error as Mustache.Failure {
    throw TemplateError(description: error.description)
  }
}

/// Refuses a tag that would silently show something else than it seems to.
private func check(_ references: [Mustache.Reference], in text: String) throws {
  for (index, reference) in references.enumerated() {
    guard [.variable, .section, .invertedSection].contains(reference.kind) else { continue }
    if reference.name.utf8.contains(where: { "|()[]'\"".utf8.contains($0) }) {
      throw TemplateError(
        description: "\(reference.location): '\(reference.name)' is not the name of a value: "
          + "templates have no filters and no code: make the value in the handler")
    }
    if isSame(reference.name, "else") {
      throw TemplateError(
        description: "\(reference.location): for else, write {{^name}}...{{/name}}")
    }
    if isSame(reference.name, "static_url") {
      try checkStaticURL(reference, before: references.dropFirst(index + 1).first, in: text)
    }
    if reference.kind == .variable, isSame(reference.name, "csrf_field"),
      isEscaped(at: reference.location, in: text)
    {
      throw TemplateError(
        description: "\(reference.location): 'csrf_field' is HTML: "
          + "write {{{csrf_field}}}, with three braces")
    }
  }
}

/// Refuses a tag whose URL would be wrong: the path is a text in the template.
///
/// - Parameters:
///   - reference: The tag.
///   - next: The next tag with a name that does not close another one.
///   - text: The template.
/// - Throws: ``TemplateError`` if its URL would be wrong.
private func checkStaticURL(
  _ reference: Mustache.Reference,
  before next: Mustache.Reference?,
  in text: String
) throws {
  let place = reference.location
  guard reference.kind == .section else {
    throw TemplateError(
      description: "\(place): 'static_url' needs a path: "
        + "write {{#static_url}}site.css{{/static_url}}")
  }
  let scalars = Array(text.unicodeScalars)
  let start = offset(of: place, in: scalars) + reference.name.unicodeScalars.count
  let rest = scalars[start...].drop { " \t\r\n".unicodeScalars.contains($0) }
  if rest.starts(with: "}}".unicodeScalars) {
    let inside = rest.dropFirst(2)
    let tag = inside.indices.first { inside[$0...].starts(with: "{{".unicodeScalars) }
    let name = tag.map { inside[($0 + 2)...].drop { " \t\r\n".unicodeScalars.contains($0) } }
    guard let name, name.first != "/" else { return }
  } else {
    // With other delimiters, what closes the tag has its name behind a slash.
    let end = next.map { offset(of: $0.location, in: scalars) } ?? scalars.count
    let inside = scalars[start..<max(start, end)]
      .filter { !" \t\r\n".unicodeScalars.contains($0) }
    let closing = Array("/static_url".unicodeScalars)
    let isClosed = inside.indices.contains { inside[$0...].starts(with: closing) }
    guard !isClosed else { return }
  }
  throw TemplateError(
    description: "\(place): 'static_url' cannot have tags inside: "
      + "make the URL in the handler with static_url, and pass it")
}

/// Returns the number of characters before a place in a text.
private func offset(of place: Mustache.Location, in text: [Unicode.Scalar]) -> Int {
  var line = 1
  var start = 0
  while line < place.line, let end = text[start...].firstIndex(of: "\n") {
    (line, start) = (line + 1, end + 1)
  }
  return min(start + place.column - 1, text.count)
}

/// Whether the tag of a variable whose name is at a place escapes its value.
private func isEscaped(at location: Mustache.Location, in text: String) -> Bool {
  let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
  let before = lines.prefix(location.line).joined(separator: ["\n"])
    .dropLast((lines[location.line - 1].count) - (location.column - 1))
  let start = Array(before.reversed().drop { " \t\r\n".unicodeScalars.contains($0) }.prefix(3))
  guard let last = start.first else { return true }
  // The third brace follows the two of the tag.
  let isThird = last == "{" && !(start.dropFirst().first == "{" && start.dropFirst(2).first != "{")
  return last != "&" && !isThird
}

/// Returns the text of a file.
private func decoded(_ bytes: [UInt8], of path: String) throws -> String {
  // Some editors put a mark at the start of a file.
  let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
  if let text = String(validating: bytes, as: UTF8.self) { return text }
  var (line, column) = (1, 1)
  var rest = bytes.makeIterator()
  var parser = Unicode.UTF8.ForwardParser()
  while case .valid(let scalar) = parser.parseScalar(from: &rest) {
    let isLineEnd = scalar.elementsEqual([UInt8(ascii: "\n")])
    (line, column) = isLineEnd ? (line + 1, 1) : (line, column + 1)
  }
  throw TemplateError(
    description: "\(path):\(line):\(column): the file is not UTF-8: save it with the encoding UTF-8"
  )
}
