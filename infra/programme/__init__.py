"""What a coordinator writes: programmes, questionnaires and policies, checked before they are used."""
