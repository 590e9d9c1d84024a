// Writes a Swift file that contains every file of a folder: `embed-templates FOLDER TABLE.swift NAME
// [MODULE]`. MODULE is the module that declares the type of the entries, if it is another module.
//
// The build-tool plugin EmbedTemplates runs this before a target is compiled. Each text file becomes
// a string literal and each other file an array literal, sorted by path, so that the same folder
// always gives the same table. A link to a file of this repository becomes that file, so that a
// template can contain one of our own sources without a second copy.

import Foundation

/// Why the table cannot be written.
enum EmbedError: Error, CustomStringConvertible {
    case usage
    case link(String)

    var description: String {
        switch self {
        case .usage: "usage: embed-templates FOLDER TABLE.swift NAME [MODULE]"
        case .link(let path): "\(path) does not lead to a file of the repository"
        }
    }
}

/// Returns a Swift expression for the given bytes.
func literal(_ bytes: Data) -> String {
    guard let text = String(data: bytes, encoding: .utf8) else {
        return ".bytes([" + bytes.map(String.init).joined(separator: ", ") + "])"
    }
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
    return ".text(\"" + escaped + "\")"
}

/// Whether a path is a leftover of Python tools or file managers, which git ignores as well.
func isLeftover(_ path: String) -> Bool {
    let leftovers: Set = ["__pycache__", ".mypy_cache", ".ruff_cache", ".DS_Store"]
    return path.split(separator: "/").contains { leftovers.contains(String($0)) }
}

/// Returns the source of the table for every file below the folder.
func table(of folder: URL, named constant: String, importing module: String?) throws -> String {
    let manager = FileManager.default
    var rows: [String] = []
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
        switch attributes[.type] as? FileAttributeType {
        case .typeRegular:
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
            let contents = literal(try Data(contentsOf: file))
            let name = path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            rows.append(
                "    files.append(\n"
                    + "        TemplateFile(\n"
                    + "            path: \"\(name)\", isExecutable: \(mode & 0o100 != 0),\n"
                    + "            contents: \(contents)))\n"
            )
        default:
            break
        }
    }
    return """
        // Made by embed-templates from the folder \(folder.lastPathComponent). Edit that instead.
        \(module.map { "\nimport \($0)\n" } ?? "")
        /// Every file of the folder \(folder.lastPathComponent), in the order of their paths.
        ///
        /// A statement for each: the compiler takes too long over one expression with them all.
        let \(constant): [TemplateFile] = {
            var files: [TemplateFile] = []
        \(rows.joined())    return files
        }()

        """
}

do {
    guard [4, 5].contains(CommandLine.arguments.count) else { throw EmbedError.usage }
    let source = try table(
        of: URL(filePath: CommandLine.arguments[1]),
        named: CommandLine.arguments[3],
        importing: CommandLine.arguments.count == 5 ? CommandLine.arguments[4] : nil
    )
    try Data(source.utf8).write(to: URL(filePath: CommandLine.arguments[2]), options: .atomic)
} catch {
    FileHandle.standardError.write(Data("embed-templates: \(error)\n".utf8))
    exit(1)
}
