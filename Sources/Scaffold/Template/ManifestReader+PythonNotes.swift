// Reads what a manifest says about some of the Python versions.

import JSON

extension ManifestReader {
    /// Reads `pythonNotes`: a sentence for each Python version about which there is something to say.
    mutating func readPythonNotes(_ json: JSONText?, into manifest: inout Manifest) {
        let versions = PythonVersion.offered.map(\.description)
        guard let json, let notes = fields(of: json, called: "pythonNotes", known: versions)
        else { return }
        for version in PythonVersion.offered {
            let key = version.description
            guard let field = notes[key], let note = line(field, key) else { continue }
            if note.isEmpty { problems.append((field.offset, .empty(key: key))) }
            manifest.pythonNotes[version] = note
        }
    }
}
