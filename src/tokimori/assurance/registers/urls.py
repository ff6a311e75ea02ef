"""The addresses of the registers."""

from django.urls import path

from tokimori.assurance.registers.views import ending, entries, files, lists

urlpatterns = [
    path("registers", lists.registers, name="registers"),
    path("registers/<slug:code>", lists.register, name="register"),
    path("registers/<slug:code>/new", entries.new_entry, name="new_register_entry"),
    path("registers/<slug:code>/export", files.export, name="register_export"),
    path("registers/<slug:code>/import", files.read_in, name="register_import"),
    path("my-duties", lists.my_duties, name="my_duties"),
    path("register-entries/<uuid:entry_id>", entries.entry, name="register_entry"),
    path("register-entries/<uuid:entry_id>/edit", entries.edit_entry, name="edit_register_entry"),
    path("register-entries/<uuid:entry_id>/submit", entries.submit, name="submit_register_entry"),
    path("register-entries/<uuid:entry_id>/approve", entries.approve, name="approve_register_entry"),
    path("register-entries/<uuid:entry_id>/return", entries.give_back, name="return_register_entry"),
    path("register-entries/<uuid:entry_id>/withdraw", ending.withdraw, name="withdraw_register_entry"),
    path("register-entries/<uuid:entry_id>/ask-to-withdraw", ending.ask, name="ask_to_withdraw_register_entry"),
    path("register-entries/<uuid:entry_id>/confirm-withdrawal", ending.confirm, name="confirm_register_withdrawal"),
    path("register-entries/<uuid:entry_id>/files", entries.attach, name="attach_register_file"),
    path("register-entries/<uuid:entry_id>/acknowledge", entries.acknowledge, name="acknowledge_policy"),
    path("register-files/<uuid:attachment_id>", entries.download, name="register_file"),
]
