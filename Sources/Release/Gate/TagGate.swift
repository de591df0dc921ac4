// What must hold before a release's tag is made: asked by `cut`, and again by `verify`.
extension ReleaseCase {
  /// The environments that must be met before the tag is cut: those that this policy names, and
  /// those that the floor's names.
  ///
  /// Where such an environment of the floor is gone, all that the floor does not know take its
  /// place, or all there are: renaming one does not lower the bar.
  package var environmentsBeforeTag: [String] {
    var names = policy.tags.require
    func add(_ name: String) {
      if !names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) { names.append(name) }
    }
    guard let floor = floor.policy else { return names }
    for name in floor.tags.require {
      if policy.environment(name) != nil {
        add(name)
        continue
      }
      let new = policy.environments.filter { floor.environment($0.name) == nil }
      for environment in new.isEmpty ? policy.environments : new { add(environment.name) }
    }
    return names
  }

  /// Whether the environment of this name must be met before the tag is cut.
  package func isRequiredForTag(_ environment: String) -> Bool {
    environmentsBeforeTag.contains { $0.utf8.elementsEqual(environment.utf8) }
  }
}
