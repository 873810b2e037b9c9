# SPDX-License-Identifier: Apache-2.0
#
# What the workers of Sidekiq do; loaded by the producer too, which names the jobs by their classes.
require "sidekiq"
require_relative "../checks"

ENV["REDIS_URL"] = "redis://127.0.0.1:#{ENV.fetch("REDIS_PORT")}/0"

Sidekiq.logger.level = Logger::ERROR
Redis.silence_deprecations = true
# Looks for what is due every 100 ms or so instead of every few seconds.
Sidekiq.options[:poll_interval_average] = 0.1

class Square
  include Sidekiq::Worker

  def perform(number, _text)
    Checks.begin_job("square", number)
  end
end

class Note
  include Sidekiq::Worker

  def perform(text)
    Checks.begin_job("note", text)
  end
end

# Comes right at its third attempt.
class Flaky
  include Sidekiq::Worker
  sidekiq_options retry: 5

  def perform
    Checks.begin_job("flaky")
    raise "not yet" if Checks.begun("flaky").size < 3
  end
end

class Broken
  include Sidekiq::Worker
  sidekiq_options retry: 1
  sidekiq_retries_exhausted { |job, error| Checks.begin_job("exhausted", job["args"].first, error.message) }

  def perform(number)
    Checks.begin_job("broken", number)
    raise "never works"
  end
end

# Works for ever the first time, until its process gives it back.
class Long
  include Sidekiq::Worker
  sidekiq_options queue: "slow"

  def perform
    Checks.begin_job("long")
    sleep if Checks.begun("long").size == 1
  end
end
