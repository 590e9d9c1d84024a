// What there is to say after an update besides what happened to each file.

import ProjectFiles

/// Returns what there is to say after an update, in whole sentences.
///
/// - Parameters:
///   - record: The record of the project before the update.
///   - configuration: The project as it is now.
///   - updated: What happened to each file.
///   - once: The paths of the files that the template makes only once.
///   - current: The files before the update.
/// - Returns: The sentences.
func remarks(
    onUpdateOf record: ProjectRecord,
    to configuration: ProjectConfiguration,
    _ updated: [UpdatedFile],
    once: Set<String>,
    current: [String: CurrentFile]
) -> [String] {
    let own = updated.filter { file in
        file.verb == .skip && !file.isExcluded && once.contains(file.path)
            && current[file.path] != nil
    }
    var remarks = remarks(aboutOwn: own.map(\.path))
    remarks += blockageRemarks(updated) + exclusionRemarks(updated)
    for file in updated where file.isLikelyRename {
        guard let old = file.oldPath else { continue }
        remarks.append(
            "The template probably renamed \(plainOrQuoted(old)) to \(plainOrQuoted(file.path)), "
                + "because most lines are the same: your edits moved with it."
        )
    }
    guard record.isSameTemplate(as: configuration) else { return remarks }
    let questions = configuration.framework.manifest.questions
    let known = Set(questions.flatMap { [$0.key] + $0.formerKeys })
    for (key, answer) in (record.answers ?? [:]).sorted(by: { $0.key < $1.key })
    where !known.contains(key) {
        remarks.append(
            "The template no longer has the question \(quoted(key)): your answer was "
                + "\(quoted(answer.text))."
        )
    }
    return remarks
}

/// Returns what there is to say about files that an update leaves where they are, though the baseline or a new
/// name says otherwise.
func remarks(
    aboutStrange strange: [String],
    secrets: [String],
    left: [LeftFile] = []
) -> [String] {
    func stay(_ paths: [String]) -> String {
        listed(paths.map(plainOrQuoted), most: 5) + (paths.count > 1 ? " stay" : " stays")
    }
    var remarks: [String] = []
    if !strange.isEmpty {
        remarks.append(
            "pa-new did not move or delete \(listed(strange.map(plainOrQuoted), most: 5)), because it is not sure "
                + "that it made \(strange.count > 1 ? "them" : "it"). Delete what you do not need."
        )
    }
    if !secrets.isEmpty {
        remarks.append(
            "\(stay(secrets)) in the old folder: the new one is public, and this looks like a secret. Move it "
                + "yourself."
        )
    }
    for (reason, files) in Dictionary(grouping: left, by: \.reason).sorted(by: { $0.key < $1.key })
    {
        remarks.append(
            "\(stay(files.map(\.path))) in the old folder: \(reason). Move \(files.count > 1 ? "them" : "it") yourself."
        )
    }
    return remarks
}

/// Returns what there is to say about files that something is in the way of.
private func blockageRemarks(_ updated: [UpdatedFile]) -> [String] {
    var below: [Blockage: [String]] = [:]
    var remarks: [String] = []
    for file in updated {
        guard let blockage = file.blockage else { continue }
        if blockage.path == file.path {
            remarks.append("\(plainOrQuoted(file.path)) is \(blockage.kind): it stays unchanged.")
        } else {
            below[blockage, default: []].append(plainOrQuoted(file.path))
        }
    }
    return remarks
        + below.sorted { $0.key.path < $1.key.path }.map { blockage, paths in
            let place = plainOrQuoted(blockage.path)
            return "\(place) is \(blockage.kind), so pa-new did not write "
                + "\(listed(paths, most: 5)). Move \(place) away, and run 'pa-new update' again."
        }
}

/// Returns what there is to say about new files that Python does not import because of a file or folder of the
/// user's, or the other way round.
func hidingRemarks(
    _ updated: [UpdatedFile],
    _ rendered: [RenderedFile],
    _ base: Baseline,
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) -> [String] {
    let known = Set(rendered.map(\.path) + base.files.map(\.path))
    let initializer = "/__init__.py"
    var remarks: [String] = []
    for file in updated where [.create, .move].contains(file.verb) && file.path.hasSuffix(".py") {
        let isPackage = file.path.hasSuffix(initializer)
        let stem = String(file.path.dropLast(isPackage ? initializer.count : ".py".count))
        let (package, module) = (stem + initializer, stem + ".py")
        let other = isPackage ? module : package
        guard !known.contains(other) else { continue }
        let state = try onFiles { () throws(FileError) in try folder.state(of: other) }
        guard case .file = state else { continue }
        remarks.append(
            "Python imports the folder \(plainOrQuoted(stem + "/")) and not "
                + "\(plainOrQuoted(module)): rename your own of the two."
        )
    }
    return remarks
}

/// Returns what the template says about the files that an update adds; nothing about those of another template.
func notices(
    about rendered: [RenderedFile],
    _ updated: [UpdatedFile],
    of project: Project?
) throws(ScaffoldError) -> [String] {
    guard let project else { return [] }
    let framework = project.configuration.framework
    let added = Set(updated.filter { $0.verb == .create }.map(\.path))
    let templates = rendered.filter { added.contains($0.path) }.map(\.template)
    let context = Context(values: project.names)
    var notices: [String] = []
    for notice in framework.manifest.notices(for: templates) {
        let bytes = try context.render(notice, path: framework.place(Manifest.fileName))
        notices.append(String(decoding: bytes, as: UTF8.self))
    }
    return notices
}

extension ProjectRecord {
    /// Whether a project has still the framework or template of this record.
    func isSameTemplate(as configuration: ProjectConfiguration) -> Bool {
        let now = ProjectRecord(configuration)
        return (now.framework, now.language, now.template?.name)
            == (framework, language, template?.name)
    }
}

extension AnswerValue {
    /// The answer as a user types it.
    package var text: String {
        switch self {
        case .text(let text): text
        case .bool(let truth): truth ? "yes" : "no"
        case .integer(let number): String(number)
        case .lines(let lines): listed(lines)
        }
    }
}
