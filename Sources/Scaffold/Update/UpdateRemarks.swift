// What there is to say after an update besides what happened to each file.

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
        file.verb == .skip && once.contains(file.path) && current[file.path] != nil
    }
    var remarks = remarks(aboutOwn: own.map(\.path))
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
