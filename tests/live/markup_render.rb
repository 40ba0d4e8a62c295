# Renders samples as Redmine's pages do, in a database of its own where everything that text could point at is there.
require 'json'

ActiveJob::Base.queue_adapter = :test # no mails, and no thread beside this one

def lay_out
  ActiveRecord::Migration.verbose = false
  ActiveRecord::Base.connection.migration_context.migrate
  ActiveRecord::Base.descendants.each(&:reset_column_information)

  user = User.new(:firstname => 'Live', :lastname => 'Login', :mail => 'live@localhost.test')
  user.login = 'login'
  user.admin = true
  user.save!(:validate => false)
  status = IssueStatus.create!(:name => 'New')
  tracker = Tracker.create!(:name => 'Support', :default_status => status)
  priority = IssuePriority.create!(:name => 'Normal', :is_default => true)
  project = Project.create!(:name => 'Shop', :identifier => 'shop', :trackers => [tracker],
                            :enabled_module_names => %w(issue_tracking wiki repository news documents))
  wiki = Wiki.create!(:project => project, :start_page => 'Wiki')
  WikiContent.create!(:page => WikiPage.create!(:wiki => wiki, :title => 'Page'), :author => user, :text => 'x')
  Version.create!(:project => project, :name => '1.0')
  News.create!(:project => project, :title => 'Greetings', :description => 'x', :author => user)
  repository = Repository::Filesystem.new(:project => project, :url => '/', :is_default => true)
  repository.save!(:validate => false)
  Changeset.create!(:repository => repository, :revision => '45', :scmid => 'abc123', :committer => 'x',
                    :committed_on => Time.now, :comments => 'x')
  15.times do
    Issue.new(:project => project, :tracker => tracker, :status => status, :priority => priority,
              :author => user, :subject => 'A ticket').save!(:validate => false)
  end
  ['photo.png', 'two words.png', 'img.png'].each do |name|
    Attachment.new(:container => Issue.first, :filename => name, :author => user, :filesize => 1,
                   :disk_filename => name, :content_type => 'image/png').save!(:validate => false)
  end
end

lay_out unless ActiveRecord::Base.connection.table_exists?('issues')
User.current = User.find_by_login('login')
project = Project.find('shop')
issue = Issue.first
controller = ApplicationController.new
controller.request = ActionDispatch::TestRequest.create
controller.response = ActionDispatch::TestResponse.new
view = controller.view_context

def render(samples, view, issue, project)
  results = Array.new(samples.size)
  # One setting after the other: set anew for each sample, it is now and then still the last one's.
  samples.each_with_index.group_by {|sample, _| sample['markup']}.each do |markup, group|
    Setting.text_formatting = markup
    sleep 1.1
    Setting.clear_cache
    group.each do |sample, index|
      html = view.textilizable(sample['text'], :object => issue, :project => project).to_s
      raise 'the setting has changed' unless Setting.text_formatting == markup
      mentioned = Journal.new(:journalized => issue).send(:scan_for_mentioned_users, sample['text'])
      results[index] = {'html' => html, 'mentioned' => mentioned}
    end
  end
  results
end

# Each line names a file with samples and one for the answer, which is there once it is whole.
STDIN.each_line do |line|
  given, answer = JSON.parse(line)
  File.write("#{answer}.new", JSON.generate(render(JSON.parse(File.read(given)), view, issue, project)))
  File.rename("#{answer}.new", answer)
end
