import Documents
import Git
import Release

extension Workspace {
  /// The checklists of a policy as their documents stand at a commit.
  func checklists(of policy: Policy, at commit: ObjectID) -> [String: ChecklistFact] {
    var facts: [String: ChecklistFact] = [:]
    for (name, source) in policy.checklists {
      facts[name] = checklist(name, source, at: commit)
    }
    return facts
  }

  private func checklist(
    _ name: String, _ source: ChecklistSource, at commit: ObjectID
  ) -> ChecklistFact {
    do throws(GitError) {
      guard let bytes = try repository.file(at: source.path, in: commit) else {
        return .missing(path: source.path)
      }
      return parsed(bytes, name, source)
    } catch {
      return .unreadable(error.message)
    }
  }

  private func parsed(
    _ bytes: [UInt8], _ name: String, _ source: ChecklistSource
  ) -> ChecklistFact {
    do throws(DocumentError) {
      return .read(
        try MarkdownDocument.parse(bytes, name: name, path: source.path, rules: source.stages))
    } catch {
      return .invalid("\(source.path): \(error.description)")
    }
  }
}
