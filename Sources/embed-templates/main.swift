// Writes a Swift file that contains every file of a folder: `embed-templates FORM FOLDER TABLE.swift NAME`.
//
// The build-tool plugin EmbedTemplates runs this before a target is compiled. The files are sorted by path,
// so that the same folder always gives the same table. A link to a file of this repository becomes that
// file, so that a template can contain one of our own sources without a second copy.
//
// With the form `templates`, each text file of what most projects use becomes a string literal, and each other file
// an array literal: they are used as they lie in the program. All other folders are packed, and with the form
// `packed`, all files: they become one text, a third as long, which has to be unpacked.

import Foundation

/// Why the table cannot be written.
enum EmbedError: Error, CustomStringConvertible {
    case usage
    case link(String)
    case notText(String)
    case notInFolder(String)
    case manifest(String)

    var description: String {
        switch self {
        case .usage: "usage: embed-templates templates|packed FOLDER TABLE.swift NAME"
        case .link(let path): "\(path) does not lead to a file of the repository"
        case .notText(let path): "\(path) is not UTF-8, so it cannot be packed"
        case .notInFolder(let path): "\(path) is not in the folder of a template"
        case .manifest(let path): "\(path) is not a JSON object"
        }
    }
}

/// A file of the folder.
struct File {
    /// The path below the folder.
    let path: String
    let isExecutable: Bool
    let contents: Data
}

/// Returns a string literal of Swift.
func literal(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\\": escaped += "\\\\"
        case "\"": escaped += "\\\""
        case "\n": escaped += "\\n"
        case " "..."~": escaped.unicodeScalars.append(scalar)
        default: escaped += "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }
    return "\"" + escaped + "\""
}

/// Whether a path is a leftover of Python tools or file managers, which git ignores as well.
func isLeftover(_ path: String) -> Bool {
    let leftovers: Set = ["__pycache__", ".mypy_cache", ".ruff_cache", ".DS_Store"]
    return path.split(separator: "/").contains { leftovers.contains(String($0)) }
}

/// Returns every file below the folder, sorted by path.
func files(below folder: URL) throws -> [File] {
    let manager = FileManager.default
    var files: [File] = []
    for path in try manager.subpathsOfDirectory(atPath: folder.path).sorted()
    where !isLeftover(path) {
        var file = folder.appending(path: path)
        var attributes = try manager.attributesOfItem(atPath: file.path)
        if attributes[.type] as? FileAttributeType == .typeSymbolicLink {
            file = file.resolvingSymlinksInPath()
            let repository = folder.deletingLastPathComponent().path + "/"
            guard file.path.hasPrefix(repository),
                let target = try? manager.attributesOfItem(atPath: file.path),
                target[.type] as? FileAttributeType == .typeRegular
            else { throw EmbedError.link(path) }
            attributes = target
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        files.append(
            File(path: path, isExecutable: mode & 0o100 != 0, contents: try Data(contentsOf: file))
        )
    }
    return files
}

/// Returns the source of the table with the files packed.
func packedTable(of files: [File], named constant: String) throws -> String {
    """
    /// Every file of the folder, in the order of their paths.
    let \(constant) = \(try packedFiles(files))

    """
}

do {
    let arguments = CommandLine.arguments
    guard arguments.count == 5 else { throw EmbedError.usage }
    let folder = URL(filePath: arguments[2])
    let files = try files(below: folder)
    let table: String
    switch arguments[1] {
    case "templates": table = try templateTable(of: files, named: arguments[4])
    case "packed": table = try packedTable(of: files, named: arguments[4])
    default: throw EmbedError.usage
    }
    let name = folder.lastPathComponent
    let head = "// Made by embed-templates from the folder \(name). Edit that instead.\n\n"
    let source = head + "import ProjectFiles\n\n" + table
    try Data(source.utf8).write(to: URL(filePath: arguments[3]), options: .atomic)
} catch {
    FileHandle.standardError.write(Data("embed-templates: \(error)\n".utf8))
    exit(1)
}
