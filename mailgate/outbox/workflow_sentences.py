"""Sentences about who has a case and how it waits: rows of the table in `sentences.py`."""

from __future__ import annotations

OF_THE_WORKFLOW: dict[str, tuple[str, str]] = {
    "title.entrusted": ("Tickets for you", "Tickets zur Übernahme"),
    "title.deputy": ("Standing in for {name}", "Vertretung für {name}"),
    # what a command did
    "done.unassign": ("#{number} is back with {name}.", "#{number} liegt wieder bei {name}."),
    "done.unassign.nobody": ("#{number} is nobody's again.", "#{number} hat niemand mehr."),
    "done.accept": ("#{number} is accepted; the work has begun.", "#{number} ist angenommen; die Arbeit hat begonnen."),
    "done.coordinator_accept": (
        "#{number} is accepted: you coordinate it.",
        "#{number} ist angenommen, die Koordination übernommen.",
    ),
    "done.decline": (
        "#{number} is declined and back with {name}. {reporter} does not learn of it.",
        "#{number} ist abgelehnt und liegt wieder bei {name}. {reporter} erfährt davon nichts.",
    ),
    "done.decline.nobody": (
        "#{number} is declined and nobody's again. {reporter} does not learn of it.",
        "#{number} ist abgelehnt und hat niemanden mehr. {reporter} erfährt davon nichts.",
    ),
    "done.coordinator": ("#{number} is coordinated by {name}.", "Die Koordination von #{number} hat {name}."),
    "done.coordinator.none": (
        "#{number} is coordinated by nobody any more.",
        "#{number} wird von niemandem mehr koordiniert.",
    ),
    "done.away.deputy": (
        "{absent} is away until {day}; {name} stands in, and gets #{number}.",
        "{absent} ist bis {day} abwesend; in Vertretung bekommt {name} #{number}.",
    ),
    "done.away.group": (
        "{absent} is away until {day}, and nobody stands in: #{number} is with {name}.",
        "{absent} ist bis {day} abwesend, ohne Vertretung: #{number} liegt bei {name}.",
    ),
    "done.wait": ("#{number} waits for {whom}.", "#{number} wartet auf {whom}."),
    "done.wait.until": ("#{number} waits for {whom}, until {day}.", "#{number} wartet auf {whom}, bis {day}."),
    "done.snooze": (
        "#{number} is out of sight until {day}; it is back at once when {name} writes.",
        "#{number} ist bis {day} nicht zu sehen; sobald {name} schreibt, ist es wieder da.",
    ),
    "done.snooze.none": ("#{number} is in sight again.", "#{number} ist wieder zu sehen."),
    "done.due": ("#{number} is to be done by {day}.", "#{number} soll bis {day} erledigt sein."),
    "done.due.none": ("#{number} has no date any more.", "#{number} hat keinen Termin mehr."),
    "done.due.told": (
        "#{number} is to be done by {day}; {name} is told that it takes longer.",
        "#{number} soll bis {day} erledigt sein; {name} erfährt, dass es länger dauert.",
    ),
    "done.wanted": ("{name} wants #{number} done by {day}.", "{name} wünscht #{number} bis {day}."),
    "done.wanted.none": ("For #{number} no date is wished any more.", "Für #{number} ist kein Termin mehr gewünscht."),
    "done.level.2": ("#{number} is with 2nd level support: {name}.", "#{number} liegt bei der 2. Ebene: {name}."),
    "done.level.1": ("#{number} is back from 2nd level support.", "#{number} ist von der 2. Ebene zurück."),
    "done.watch": (
        "You watch #{number}: you are told of what is said and done on it.",
        "#{number} wird beobachtet: Was dort geschieht, kommt als Mail.",
    ),
    "done.unwatch": ("You do not watch #{number} any more.", "#{number} wird nicht mehr beobachtet."),
    "done.away": (
        "You are away from {first} until {last}, that day included. {name} gets your letters too; what {name} answers"
        " counts as yours.",
        "Abwesend von {first} bis {last}, dieser Tag eingeschlossen. Die Mails gehen auch an {name}; Antworten von"
        " dort zählen wie eigene.",
    ),
    "done.away.nobody": (
        "You are away from {first} until {last}, that day included. Nobody stands in: your letters go to the group"
        " too.",
        "Abwesend von {first} bis {last}, dieser Tag eingeschlossen. Niemand vertritt: Die Mails gehen auch an die"
        " Gruppe.",
    ),
    "done.away.replaced": (
        "That takes the place of your absence from {first} until {last}.",
        "Das ersetzt die Abwesenheit von {first} bis {last}.",
    ),
    "done.back": ("You are back.", "Die Abwesenheit ist beendet."),
    "done.back.before": (
        "You will not be away from {first} until {last}.",
        "Die Abwesenheit von {first} bis {last} ist zurückgenommen.",
    ),
    "done.handover": ("{count} of your tickets go to {name}.", "{count} Tickets gehen an {name}."),
    "done.handover.one": ("One ticket of yours goes to {name}.", "Ein Ticket geht an {name}."),
    "done.handover.rest": (
        "{count} of your tickets go to {name}, {moved} of them already; the others follow within minutes.",
        "{count} Tickets gehen an {name}, davon schon {moved}; die anderen folgen in wenigen Minuten.",
    ),
    "done.handover.ticket": ("{number} · {subject}", "{number} · {subject}"),
    "done.handover.more": (
        "And {count} more, which come back one by one in the same way.",
        "Und {count} weitere, die einzeln auf dieselbe Weise zurückkommen.",
    ),
    # what changed, for others of us
    "change.unassigned": ("{name} has given #{number} back.", "{name} hat #{number} abgegeben."),
    "change.unassigned.from": (
        "{name} has taken #{number} from {value} and given it back.",
        "{name} hat #{number} von {value} genommen und zurückgegeben.",
    ),
    "change.accepted": ("{name} has accepted #{number}.", "{name} hat #{number} angenommen."),
    "change.coordinator_accepted": (
        "{name} has accepted #{number} and coordinates it.",
        "{name} hat #{number} angenommen und koordiniert es.",
    ),
    "change.declined": ("{name} has declined #{number}: {why}", "{name} hat #{number} abgelehnt: {why}"),
    "change.declined.words": ("{name} has declined #{number}.", "{name} hat #{number} abgelehnt."),
    "change.coordinator": (
        "{name} has given the coordination of #{number} to {value}.",
        "{name} hat die Koordination von #{number} an {value} gegeben.",
    ),
    "change.coordinator.none": (
        "{name} has taken #{number} out of {value}'s coordination.",
        "{name} hat #{number} aus der Koordination von {value} genommen.",
    ),
    "change.away.deputy": (
        "{absent} is away until {day}; {value} stands in and gets #{number}, says {name}.",
        "{absent} ist bis {day} abwesend; in Vertretung bekommt {value} #{number}, vergeben von {name}.",
    ),
    "change.waits": ("{name} lets #{number} wait for {value}.", "{name} lässt #{number} auf {value} warten."),
    "change.waits.until": (
        "{name} lets #{number} wait for {value}, until {day}.",
        "{name} lässt #{number} auf {value} warten, bis {day}.",
    ),
    "change.snoozed": (
        "{name} has put #{number} out of sight until {value}.",
        "{name} hat #{number} bis {value} auf Wiedervorlage gelegt.",
    ),
    "change.woken": (
        "{name} has brought #{number} back into sight.",
        "{name} hat #{number} aus der Wiedervorlage geholt.",
    ),
    "change.due": ("{name} has set the date of #{number}: {value}.", "{name} hat #{number} auf {value} terminiert."),
    "change.due.why": (
        "{name} has set the date of #{number} to {value}: {why}",
        "{name} hat #{number} auf {value} terminiert: {why}",
    ),
    "change.due.none": (
        "{name} has taken away the date of #{number}.",
        "{name} hat den Termin von #{number} entfernt.",
    ),
    "change.wanted": ("The reporter of #{number} wishes it by {value}.", "Für #{number} ist {value} gewünscht."),
    "change.wanted.none": (
        "For #{number} no date is wished any more.",
        "Für #{number} ist kein Termin mehr gewünscht.",
    ),
    "change.level.2": (
        "{name} has given #{number} to 2nd level support.",
        "{name} hat #{number} an die 2. Ebene gegeben.",
    ),
    "change.level.resolved": (
        "{name} has resolved #{number} at 2nd level support; the partner closes it, or 1st level with #close.",
        "{name} hat #{number} auf der 2. Ebene gelöst; der Partner schließt es, oder die 1. Ebene mit #schließen.",
    ),
    "change.level.1": (
        "{name} has given #{number} back to 1st level support.",
        "{name} hat #{number} an die 1. Ebene zurückgegeben.",
    ),
    "change.handover": ("{name} has handed {count} tickets over.", "{name} hat {count} Tickets übergeben."),
    "change.handover.one": ("{name} has handed #{number} over.", "{name} hat #{number} übergeben."),
    # whoever stands in
    "absence.deputy": (
        "{name} is away until {day}, and you stand in: an answer counts as one of {name}.",
        "{name} ist bis {day} abwesend, dies ist die Vertretung: Eine Antwort zählt wie eine von {name}.",
    ),
    "absence.group": (
        "{name} is away until {day}, and nobody stands in: that is why this goes to the group too.",
        "{name} ist bis {day} abwesend, ohne Vertretung: Darum geht dies auch an die Gruppe.",
    ),
    "absence.entrusted": (
        "{name} is away from {first} until {last}, and you stand in: letters to {name} come to you too, and an answer"
        " counts as one of {name}.",
        "{name} ist von {first} bis {last} abwesend, dies ist die Vertretung: Mails an {name} kommen auch hierher, und"
        " eine Antwort zählt wie eine von {name}.",
    ),
    "absence.back": (
        "{name} is back: nobody has to stand in any more.",
        "{name} ist zurück: Die Vertretung ist zu Ende.",
    ),
    "absence.called_off": (
        "{name} will not be away from {first} until {last}: nobody has to stand in.",
        "{name} ist von {first} bis {last} doch nicht abwesend: Eine Vertretung ist nicht nötig.",
    ),
    "absence.other": (
        "{name} is away from {first} until {last}; somebody else stands in then.",
        "{name} ist von {first} bis {last} abwesend; dann vertritt jemand anderes.",
    ),
    # confirm: what would be done
    "act.personal": ("Carry out: {line}", "Ausführen: {line}"),
    # refusals
    "refused.nobodys": (
        "#{number} is assigned to nobody, so there is nothing to give back.",
        "#{number} ist niemandem zugewiesen, also gibt es nichts abzugeben.",
    ),
    "refused.not_asked": (
        "Nobody has asked you to handle #{number}; whoever wants it takes it.",
        "#{number} ist hier nicht zugewiesen; wer es haben will, übernimmt es.",
    ),
    "refused.is_anothers": (
        "#{number} is assigned to {name}, who alone can accept or decline it.",
        "#{number} ist {name} zugewiesen; nur dort kann es angenommen oder abgelehnt werden.",
    ),
    "refused.accepted_already": (
        "You have accepted #{number} already.",
        "#{number} ist schon angenommen.",
    ),
    "refused.in_statement": (
        "in a statement nothing is carried out",
        "in einer Stellungnahme wird nichts ausgeführt",
    ),
    "refused.no_reason": ("#decline needs the reason.", "#ablehnen braucht eine Begründung."),
    "refused.one_agent": (
        "That can only be one of us, neither a group nor an address outside.",
        "Das kann nur eine Person von uns sein, weder eine Gruppe noch eine Adresse außerhalb.",
    ),
    "refused.uncoordinated": ("Nobody coordinates #{number}.", "#{number} wird von niemandem koordiniert."),
    "refused.all_away": (
        "{absent} is away until {day}, nobody stands in, and #{number} has no group.",
        "{absent} ist bis {day} abwesend, ohne Vertretung, und #{number} hat keine Gruppe.",
    ),
    "refused.level.unknown": ("There are two levels of support: 1 and 2.", "Es gibt zwei Ebenen: 1 und 2."),
    "refused.level.same": ("#{number} is at level {level} already.", "#{number} ist schon auf Ebene {level}."),
    "refused.level.nobody": (
        "There is no 2nd level support for #{number}: people.yaml names no group for it.",
        "Für #{number} gibt es keine 2. Ebene: people.yaml nennt keine Gruppe dafür.",
    ),
    "refused.unwatched": ("You do not watch #{number}.", "#{number} wird hier nicht beobachtet."),
    "refused.own_deputy": ("Nobody can stand in for himself.", "Niemand kann sich selbst vertreten."),
    "refused.not_away": (
        "You are not away, and have not said that you will be.",
        "Es ist keine Abwesenheit eingetragen.",
    ),
    "refused.handover.self": ("These tickets are yours already.", "Diese Tickets liegen schon hier."),
    "refused.handover.none": ("You have no open tickets to hand over.", "Es gibt keine offenen Tickets zu übergeben."),
    "refused.away": (
        "{name} is away until {day}, and nobody stands in.",
        "{name} ist bis {day} abwesend, ohne Vertretung.",
    ),
    "refused.handover.runs": (
        "Your tickets are on their way to {name} already.",
        "Die Tickets sind schon auf dem Weg zu {name}.",
    ),
    "refused.no_ticket_of_it": (
        "{line} is about yourself and not about one ticket: write it without a number.",
        "{line} gilt für die Person und nicht für ein Ticket: ohne Nummer schreiben.",
    ),
    "refused.empty_date": ("There is no date to take away.", "Es gibt keinen Termin, der zu entfernen wäre."),
    # for whom a ticket waits
    "whom.reporter": ("{name}", "{name}"),
    "whom.statement": ("a statement", "eine Stellungnahme"),
    "whom.part": ("a part", "ein Teilticket"),
    "whom.other": ("somebody else", "jemand anderen"),
}
