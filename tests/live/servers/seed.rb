# Makes an empty database into the Redmine that live tests expect: once with "migrate", then, because models that were
# loaded before their tables lack columns (users come out without a type), in a new process without a word. The
# second run prints keys and ids as one line of JSON. Both run with Redmine's config/application loaded.
require "json"

# Eager loading costs seconds, and asks tables that are not there yet.
Rails.application.config.eager_load = false
require File.join(Rails.root, "config", "environment")

if ARGV == ["migrate"]
  ActiveRecord::Migration.verbose = false
  # Not the rake task: it would rewrite the db/schema.rb that all instances share.
  ActiveRecord::Base.connection.migration_context.migrate
  exit
end

Redmine::DefaultData::Loader.load("en")

Setting.rest_api_enabled = "1"
Setting.text_formatting = "textile"
Setting.default_language = "en"
Setting.host_name = "redmine.example.com"
Setting.mail_from = "redmine@example.com"
Setting.notified_events = []
Setting.default_notification_option = "none"
Setting.default_projects_public = "0"
Setting.cross_project_issue_relations = "1"

BRIDGE_RIGHTS = %i[
  view_issues add_issues add_issue_notes edit_issues set_notes_private set_issues_private add_issue_watchers
  view_wiki_pages edit_wiki_pages manage_issue_relations
].freeze
CATEGORIES = ["Bugs", "Feature requests", "Churn", "Onboarding", "User education", "Power users"].freeze
FIELDS = ["Customer", "E-mail", "Company", "Tags"].freeze

trackers = Tracker.sorted.to_a
developer = Role.find_by!(name: "Developer")

bridge_role = Role.create!(name: "Bridge", issues_visibility: "all", permissions: BRIDGE_RIGHTS)
# The same rights without the dangerous one: a note meant to be private becomes public, and Redmine says nothing.
careless_role = Role.create!(name: "Careless bridge", issues_visibility: "all",
                             permissions: %i[view_issues add_issues add_issue_notes])
agent_role = Role.create!(name: "Agent", issues_visibility: "all", assignable: true,
                          permissions: developer.permissions | %i[set_notes_private view_private_notes
                                                                  set_issues_private edit_issue_notes
                                                                  delete_issues manage_categories])
[bridge_role, careless_role, agent_role].each { |role| WorkflowRule.copy(nil, developer, trackers, [role]) }
# Agents may take a ticket to any status from any other.
statuses = IssueStatus.all.to_a
[bridge_role, agent_role].each do |role|
  trackers.product(statuses, statuses).each do |tracker, from, to|
    next if from == to || WorkflowTransition.exists?(tracker: tracker, role: role, old_status: from, new_status: to)

    WorkflowTransition.create!(tracker: tracker, role: role, old_status: from, new_status: to)
  end
end

def user(login, first, last, mail)
  made = User.new(firstname: first, lastname: last, mail: mail, language: "en", mail_notification: "none")
  made.login = login
  made.password = made.password_confirmation = "#{login}-secret-1"
  made.save!
  made
end

bridge = user("bridge", "Support", "Bridge", "bridge@example.com")
careless = user("careless", "Careless", "Bridge", "careless@example.com")
ana = user("ana", "Ana", "Lopez", "ana@example.com")
bruno = user("bruno", "Bruno", "Klein", "bruno@example.com")
outsider = user("carla", "Carla", "Reyes", "carla@example.com")

fields = FIELDS.map do |name|
  IssueCustomField.create!(name: name, field_format: "string", is_filter: true, trackers: trackers, visible: true,
                           is_for_all: false, editable: true)
end

# Redmine 5.0 lists fields "for all projects" nowhere that a non-admin may look; only tickets show them.
everywhere = { "Origin" => trackers, "Release" => [Tracker.find_by!(name: "Feature")] }.map do |name, of|
  IssueCustomField.create!(name: name, field_format: "string", is_filter: true, trackers: of, visible: true,
                           is_for_all: true, editable: true)
end

def project(name, trackers, fields)
  made = Project.new(name: name.capitalize, is_public: false)
  made.identifier = name
  made.trackers = trackers
  made.issue_custom_fields = fields
  made.enabled_module_names = %w[issue_tracking wiki]
  made.save!
  CATEGORIES.each { |category| IssueCategory.create!(project: made, name: category) }
  made
end

support, sales, secret = %w[support sales secret].map { |name| project(name, trackers, fields) }
[support, sales].each { |made| Member.create!(project: made, user: bridge, roles: [bridge_role]) }
Member.create!(project: support, user: careless, roles: [careless_role])
[support, sales, secret].product([ana, bruno]).each do |made, agent|
  Member.create!(project: made, user: agent, roles: [agent_role])
end

puts({
  keys: { bridge: bridge.api_key, careless: careless.api_key, ana: ana.api_key, bruno: bruno.api_key,
          outsider: outsider.api_key },
  users: { bridge: bridge.id, careless: careless.id, ana: ana.id, bruno: bruno.id, outsider: outsider.id },
  fields: (fields + everywhere).to_h { |field| [field.name, field.id] },
  roles: { bridge: bridge_role.id, careless: careless_role.id, agent: agent_role.id }
}.to_json)
