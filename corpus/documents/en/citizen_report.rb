# A report that a citizen makes to 311: a pothole, a broken light, an abandoned car.
class CitizenReport < ApplicationRecord
  STATUSES = %w[open assigned closed expired].freeze

  belongs_to :ward
  validates :status, inclusion: { in: STATUSES }

  # Residents of the block are told when it is done.
  def resident_notice
    "Your report #{number} is now #{status}."
  end

  def alien_abduction?
    category == "prank"
  end

  def visa_payment?
    payment_network == "visa"
  end
end
