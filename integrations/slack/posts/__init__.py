"""What AIRE shows in Slack: a row a message, kept as it should look. `services` say what is wanted,
`queue` hands out what is due, `sending` posts and edits, `outcomes` write down what Slack said."""
