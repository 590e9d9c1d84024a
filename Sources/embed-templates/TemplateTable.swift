// The table of the templates: each folder by itself, so that the program reads only the ones that it needs. The default
// framework and what all share are used as they lie in the program; the other folders, which are larger, are packed.

import Foundation

/// Returns the source of the table of template folders.
///
/// - Parameters:
///   - files: The files of all folders, sorted by path.
///   - constant: The name of the table.
/// - Returns: The source in Swift.
/// - Throws: ``EmbedError`` for a file that is in no folder, or a manifest that is no JSON object.
func templateTable(of files: [File], named constant: String) throws -> String {
    var folders: [(name: String, files: [File])] = []
    for file in files {
        guard let slash = file.path.firstIndex(of: "/") else {
            throw EmbedError.notInFolder(file.path)
        }
        let name = String(file.path[..<slash])
        let path = String(file.path[file.path.index(after: slash)...])
        if folders.last?.name != name { folders.append((name, [])) }
        folders[folders.count - 1].files.append(
            File(path: path, isExecutable: file.isExecutable, contents: file.contents)
        )
    }
    var source = ""
    var rows = ""
    for (number, folder) in folders.enumerated() {
        source +=
            isUsedMost(folder.files)
            ? statements(for: folder.files, named: "files\(number)")
            : try packedStatement(for: folder.files, named: "files\(number)")
        let name = literal(folder.name)
        rows += "    EmbeddedFolder(\n        name: \(name), files: { files\(number) },\n"
        if let manifest = folder.files.first(where: { $0.path == "manifest.json" }) {
            // A constant of a file is made when it is first used, and once.
            source += "private let parts\(number) = Framework.Parts(\(name), files\(number))\n\n"
            rows += "        listing: \(try listing(of: manifest, in: folder.name)),\n"
            rows += "        parts: { parts\(number) }),\n"
        } else {
            rows += "        listing: nil, parts: nil),\n"
        }
    }
    return source + """
        /// Every folder of templates, in the order of their names.
        let \(constant): [EmbeddedFolder] = [
        \(rows)]

        """
}

/// Whether a folder is used by most runs: no framework, so that all frameworks share it, or the default one.
private func isUsedMost(_ files: [File]) -> Bool {
    guard let manifest = files.first(where: { $0.path == "manifest.json" }) else { return true }
    let fields = (try? JSONSerialization.jsonObject(with: manifest.contents)) as? [String: Any]
    return fields?["default"] as? Bool ?? false
}

/// Returns the source of a constant with the files of a folder, packed; those that cannot be packed stay as they are.
private func packedStatement(for files: [File], named constant: String) throws -> String {
    guard files.allSatisfy({ String(data: $0.contents, encoding: .utf8) != nil }) else {
        return statements(for: files, named: constant)
    }
    return """
        private let \(constant) = TemplateFile.unpacked(\(try packedFiles(files)))


        """
}

/// Returns the source of a constant with the files of a folder, as they are.
private func statements(for files: [File], named constant: String) -> String {
    // A statement for each: the compiler takes too long over one expression with them all.
    let rows = files.map { file in
        let contents =
            if let text = String(data: file.contents, encoding: .utf8) {
                ".text(\(literal(text)))"
            } else {
                ".bytes([" + file.contents.map(String.init).joined(separator: ", ") + "])"
            }
        return "    files.append(\n"
            + "        TemplateFile(\n"
            + "            path: \(literal(file.path)), isExecutable: \(file.isExecutable),\n"
            + "            contents: \(contents)))\n"
    }
    return """
        private let \(constant): [TemplateFile] = {
            var files: [TemplateFile] = []
            files.reserveCapacity(\(files.count))
        \(rows.joined())    return files
        }()


        """
}

/// Returns the expression for what the options and lists tell of a framework.
///
/// What is wrong in a manifest is left to the program's reader, whose messages are better.
private func listing(of manifest: File, in folder: String) throws -> String {
    guard let json = try? JSONSerialization.jsonObject(with: manifest.contents),
        let fields = json as? [String: Any]
    else { throw EmbedError.manifest("\(folder)/\(manifest.path)") }
    func text(_ key: String, _ usual: String) -> String {
        literal(fields[key] as? String ?? usual)
    }
    func list(_ words: [String]) -> String {
        "[" + words.map(literal).joined(separator: ", ") + "]"
    }
    let questions = fields["questions"] as? [[String: Any]] ?? []
    let database = questions.first { $0["key"] as? String == "database" }
    return "Listing(framework: \(text("framework", "")), language: \(text("language", "python")),"
        + " summary: \(text("summary", "")), isDefault: \(fields["default"] as? Bool ?? false),"
        + " adopts: \(fields["adopts"] as? Bool ?? false),"
        + " modules: \(list(fields["modules"] as? [String] ?? [])),"
        + " databases: \(list(database?["choices"] as? [String] ?? [])))"
}
