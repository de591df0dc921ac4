internal import Git
internal import Release

/// Whether the environment's settings are complete and kept from others, and the release holds none.
///
/// Values are never in a finding: names, lengths and places only.
package struct SecretsCheck: Check {
  package let title = "Environment and secrets"
  private let settings: CheckSettings
  private let allowed: [(key: String, value: String)]

  init(_ settings: CheckSettings) {
    self.settings = settings
    allowed = settings.table("allow")
  }

  package func run(on subject: CheckSubject) async throws(CheckTrouble) -> [CheckFinding] {
    let rules = try SettingRules(settings)
    let example = try self.example(subject)
    var findings: [CheckFinding] = []
    let (sources, problems) = try await sources(
      subject, names: rules.named.union(example.names))
    findings += problems
    if !sources.isEmpty { findings += example.findings }
    let others =
      sources.isEmpty
      ? [] : try await OtherSettings.of(settings, subject, names: rules.named.union(example.names))
    var known = KnownSecrets.none
    for source in sources {
      findings += rules.findings(on: source, example)
      for other in others { findings += other.findings(on: source) }
      known = known + KnownSecrets(source.unsaid(by: rules, example), from: source.name)
    }
    if sources.isEmpty, problems.isEmpty {
      findings.append(
        CheckFinding(
          .pass, "secrets-none", "the policy names no settings of \(subject.environment)"))
    }
    let scan = TreeScan(
      allowed: allowed, known: known, source: sources.lazy.compactMap(\.path).first)
    return findings + (try await tree(scan, subject))
  }

  /// The settings of the environment that are here, and what is wrong with those that are not.
  func sources(
    _ subject: CheckSubject, names: Set<ExactName>
  ) async throws(CheckTrouble) -> (sources: [SecretSource], problems: [CheckFinding]) {
    var sources: [SecretSource] = []
    var problems: [CheckFinding] = []
    let repository = subject.repository
    if let path = path(of: subject.environment) {
      guard let directory = repository.workDirectory else {
        throw CheckTrouble(
          "a bare repository has no file \(path)", hint: "run this where the settings are")
      }
      let mode = settings.text("mode").flatMap { UInt32($0, radix: 8) }
      let (source, found) = SecretSource.file(
        path, mode: mode, in: directory, names: names)
      problems += found
      if let tracked = try await tracked(path, subject) { problems.append(tracked) }
      if let source { sources.append(source) }
    }
    for (environment, command) in SecretCommand.all(settings)
    where environment.isExactly(subject.environment) {
      sources.append(try await command.source(on: subject, names: names))
    }
    if settings.texts("process").contains(subject.environment) {
      sources.append(SecretSource.process(repository.environment, names: names))
    }
    return (sources, problems)
  }

  private func path(of environment: String) -> String? {
    settings.table("files").first { $0.key.utf8.elementsEqual(environment.utf8) }?.value
  }

  private func tracked(
    _ path: String, _ subject: CheckSubject
  ) async throws(CheckTrouble) -> CheckFinding? {
    // Where it is a link, or lies below one, what it leads to is the file.
    let leading = subject.repository.workDirectory.flatMap { root in
      Disk.resolved("\(root)/\(path)").flatMap { file in
        Disk.resolved(root).flatMap { root in
          file.hasPrefix("\(root)/") ? String(file.dropFirst(root.count + 1)) : nil
        }
      }
    }
    for place in leading.map({ $0 == path ? [path] : [path, $0] }) ?? [path] {
      let listed: Bool
      do throws(GitError) {
        let result = try await subject.repository.program.run(
          ["ls-files", "-z", "--", ":(top,literal)\(place)"])
        guard result.status == 0 else {
          throw GitError(.other, "git ls-files failed: \(result.error)")
        }
        listed = !result.output.isEmpty
      } catch {
        throw CheckTrouble(error)
      }
      let isReleased = try subject.entry(at: place) != nil
      guard listed || isReleased else { continue }
      let what = place == path ? path : "\(place), to which \(path) leads,"
      return CheckFinding(
        .fail, "secrets-tracked",
        isReleased
          ? "\(what) is in \(subject.release): all in it is to be replaced" : "git tracks \(what)",
        path: place, line: 1)
    }
    return nil
  }

  /// The file that shows which settings there are, as it is in the release.
  func example(_ subject: CheckSubject) throws(CheckTrouble) -> ExampleSettings {
    let named = settings.text("example")
    let path = named ?? ".env.example"
    guard let content = try subject.file(at: path) else {
      guard named == nil else {
        throw CheckTrouble(
          "\(try subject.lack(of: path)), which the policy names as the example",
          hint: "commit it, or mend `example` in [checks.secrets]")
      }
      return ExampleSettings(without: "\(try subject.lack(of: path)) to compare the settings with")
    }
    return ExampleSettings(EnvironmentFile(content, known: nil), path: path)
  }

  private func tree(
    _ scan: TreeScan, _ subject: CheckSubject
  ) async throws(CheckTrouble) -> [CheckFinding] {
    if let gitleaks = try await Gitleaks(subject) {
      return try scan.findings(subject, besides: await gitleaks.found())
    }
    return try scan.findings(subject)
  }
}
