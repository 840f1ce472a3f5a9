set -e
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
git init -q -b main
echo 0 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-01T08:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-01T08:00:00Z git commit -q -m 'Remove the retry of a lost connection'
echo 1 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-01T09:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-01T09:00:00Z git commit -q -m 'Document a test of the parser'
echo 2 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Akira Sato' GIT_AUTHOR_EMAIL=akira.sato@example.com GIT_AUTHOR_DATE=2026-09-02T10:00:00Z GIT_COMMITTER_NAME='Akira Sato' GIT_COMMITTER_EMAIL=akira.sato@example.com GIT_COMMITTER_DATE=2026-09-02T10:00:00Z git commit -q -m 'Document the settings page'
echo 3 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-02T11:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-02T11:00:00Z git commit -q -m 'Fix the cart that forgets'
echo 4 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-03T12:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-03T12:00:00Z git commit -q -m 'Rename the old exporter'
echo 5 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-03T13:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-03T13:00:00Z git commit -q -m 'Fix the cart that forgets'
echo 6 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Mara Quinn' GIT_AUTHOR_EMAIL=mara.quinn@example.com GIT_AUTHOR_DATE=2026-09-04T14:00:00Z GIT_COMMITTER_NAME='Mara Quinn' GIT_COMMITTER_EMAIL=mara.quinn@example.com GIT_COMMITTER_DATE=2026-09-04T14:00:00Z git commit -q -m 'Add the cart that forgets'
echo 7 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-04T15:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-04T15:00:00Z git commit -q -m 'Remove the retry of a lost connection'
echo 8 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-05T16:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-05T16:00:00Z git commit -q -m 'Document the cart that forgets'
echo 9 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-05T08:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-05T08:00:00Z git commit -q -m 'Add the settings page'
echo 10 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-06T09:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-06T09:00:00Z git commit -q -m 'Remove how invoices are rounded'
echo 11 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Tomas Lind' GIT_AUTHOR_EMAIL=tomas.lind@example.com GIT_AUTHOR_DATE=2026-09-06T10:00:00Z GIT_COMMITTER_NAME='Tomas Lind' GIT_COMMITTER_EMAIL=tomas.lind@example.com GIT_COMMITTER_DATE=2026-09-06T10:00:00Z git commit -q -m 'Document the cart that forgets'
echo 12 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Akira Sato' GIT_AUTHOR_EMAIL=akira.sato@example.com GIT_AUTHOR_DATE=2026-09-07T11:00:00Z GIT_COMMITTER_NAME='Akira Sato' GIT_COMMITTER_EMAIL=akira.sato@example.com GIT_COMMITTER_DATE=2026-09-07T11:00:00Z git commit -q -m 'Rename how invoices are rounded'
echo 13 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Tomas Lind' GIT_AUTHOR_EMAIL=tomas.lind@example.com GIT_AUTHOR_DATE=2026-09-07T12:00:00Z GIT_COMMITTER_NAME='Tomas Lind' GIT_COMMITTER_EMAIL=tomas.lind@example.com GIT_COMMITTER_DATE=2026-09-07T12:00:00Z git commit -q -m 'Fix the cart that forgets'
echo 14 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Tomas Lind' GIT_AUTHOR_EMAIL=tomas.lind@example.com GIT_AUTHOR_DATE=2026-09-08T13:00:00Z GIT_COMMITTER_NAME='Tomas Lind' GIT_COMMITTER_EMAIL=tomas.lind@example.com GIT_COMMITTER_DATE=2026-09-08T13:00:00Z git commit -q -m 'Document the cart that forgets'
echo 15 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-08T14:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-08T14:00:00Z git commit -q -m 'Document the settings page'
echo 16 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Mara Quinn' GIT_AUTHOR_EMAIL=mara.quinn@example.com GIT_AUTHOR_DATE=2026-09-09T15:00:00Z GIT_COMMITTER_NAME='Mara Quinn' GIT_COMMITTER_EMAIL=mara.quinn@example.com GIT_COMMITTER_DATE=2026-09-09T15:00:00Z git commit -q -m 'Rename the cart that forgets'
echo 17 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Tomas Lind' GIT_AUTHOR_EMAIL=tomas.lind@example.com GIT_AUTHOR_DATE=2026-09-09T16:00:00Z GIT_COMMITTER_NAME='Tomas Lind' GIT_COMMITTER_EMAIL=tomas.lind@example.com GIT_COMMITTER_DATE=2026-09-09T16:00:00Z git commit -q -m 'Remove a test of the parser'
echo 18 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-10T08:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-10T08:00:00Z git commit -q -m 'Fix a test of the parser'
echo 19 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-10T09:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-10T09:00:00Z git commit -q -m 'Rename the cart that forgets'
echo 20 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-11T10:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-11T10:00:00Z git commit -q -m 'Document the old exporter'
echo 21 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Tomas Lind' GIT_AUTHOR_EMAIL=tomas.lind@example.com GIT_AUTHOR_DATE=2026-09-11T11:00:00Z GIT_COMMITTER_NAME='Tomas Lind' GIT_COMMITTER_EMAIL=tomas.lind@example.com GIT_COMMITTER_DATE=2026-09-11T11:00:00Z git commit -q -m 'Rename the old exporter'
echo 22 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Tomas Lind' GIT_AUTHOR_EMAIL=tomas.lind@example.com GIT_AUTHOR_DATE=2026-09-12T12:00:00Z GIT_COMMITTER_NAME='Tomas Lind' GIT_COMMITTER_EMAIL=tomas.lind@example.com GIT_COMMITTER_DATE=2026-09-12T12:00:00Z git commit -q -m 'Document the settings page'
echo 23 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-12T13:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-12T13:00:00Z git commit -q -m 'Fix a limit for uploads'
echo 24 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-13T14:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-13T14:00:00Z git commit -q -m 'Add how invoices are rounded'
echo 25 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Akira Sato' GIT_AUTHOR_EMAIL=akira.sato@example.com GIT_AUTHOR_DATE=2026-09-13T15:00:00Z GIT_COMMITTER_NAME='Akira Sato' GIT_COMMITTER_EMAIL=akira.sato@example.com GIT_COMMITTER_DATE=2026-09-13T15:00:00Z git commit -q -m 'Add a test of the parser'
echo 26 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Akira Sato' GIT_AUTHOR_EMAIL=akira.sato@example.com GIT_AUTHOR_DATE=2026-09-14T16:00:00Z GIT_COMMITTER_NAME='Akira Sato' GIT_COMMITTER_EMAIL=akira.sato@example.com GIT_COMMITTER_DATE=2026-09-14T16:00:00Z git commit -q -m 'Fix a limit for uploads'
echo 27 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Tomas Lind' GIT_AUTHOR_EMAIL=tomas.lind@example.com GIT_AUTHOR_DATE=2026-09-14T08:00:00Z GIT_COMMITTER_NAME='Tomas Lind' GIT_COMMITTER_EMAIL=tomas.lind@example.com GIT_COMMITTER_DATE=2026-09-14T08:00:00Z git commit -q -m 'Remove the cart that forgets'
echo 28 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Tomas Lind' GIT_AUTHOR_EMAIL=tomas.lind@example.com GIT_AUTHOR_DATE=2026-09-15T09:00:00Z GIT_COMMITTER_NAME='Tomas Lind' GIT_COMMITTER_EMAIL=tomas.lind@example.com GIT_COMMITTER_DATE=2026-09-15T09:00:00Z git commit -q -m 'Document the settings page'
echo 29 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-15T10:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-15T10:00:00Z git commit -q -m 'Document the cart that forgets'
echo 30 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-16T11:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-16T11:00:00Z git commit -q -m 'Document how invoices are rounded'
echo 31 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Tomas Lind' GIT_AUTHOR_EMAIL=tomas.lind@example.com GIT_AUTHOR_DATE=2026-09-16T12:00:00Z GIT_COMMITTER_NAME='Tomas Lind' GIT_COMMITTER_EMAIL=tomas.lind@example.com GIT_COMMITTER_DATE=2026-09-16T12:00:00Z git commit -q -m 'Rename the cart that forgets'
echo 32 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-17T13:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-17T13:00:00Z git commit -q -m 'Rename a limit for uploads'
echo 33 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Akira Sato' GIT_AUTHOR_EMAIL=akira.sato@example.com GIT_AUTHOR_DATE=2026-09-17T14:00:00Z GIT_COMMITTER_NAME='Akira Sato' GIT_COMMITTER_EMAIL=akira.sato@example.com GIT_COMMITTER_DATE=2026-09-17T14:00:00Z git commit -q -m 'Document how invoices are rounded'
echo 34 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Tomas Lind' GIT_AUTHOR_EMAIL=tomas.lind@example.com GIT_AUTHOR_DATE=2026-09-18T15:00:00Z GIT_COMMITTER_NAME='Tomas Lind' GIT_COMMITTER_EMAIL=tomas.lind@example.com GIT_COMMITTER_DATE=2026-09-18T15:00:00Z git commit -q -m 'Fix the cart that forgets'
echo 35 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Mara Quinn' GIT_AUTHOR_EMAIL=mara.quinn@example.com GIT_AUTHOR_DATE=2026-09-18T16:00:00Z GIT_COMMITTER_NAME='Mara Quinn' GIT_COMMITTER_EMAIL=mara.quinn@example.com GIT_COMMITTER_DATE=2026-09-18T16:00:00Z git commit -q -m 'Document the retry of a lost connection'
echo 36 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Tomas Lind' GIT_AUTHOR_EMAIL=tomas.lind@example.com GIT_AUTHOR_DATE=2026-09-19T08:00:00Z GIT_COMMITTER_NAME='Tomas Lind' GIT_COMMITTER_EMAIL=tomas.lind@example.com GIT_COMMITTER_DATE=2026-09-19T08:00:00Z git commit -q -m 'Rename how invoices are rounded'
echo 37 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-19T09:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-19T09:00:00Z git commit -q -m 'Add how invoices are rounded'
echo 38 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Tomas Lind' GIT_AUTHOR_EMAIL=tomas.lind@example.com GIT_AUTHOR_DATE=2026-09-20T10:00:00Z GIT_COMMITTER_NAME='Tomas Lind' GIT_COMMITTER_EMAIL=tomas.lind@example.com GIT_COMMITTER_DATE=2026-09-20T10:00:00Z git commit -q -m 'Fix a limit for uploads'
echo 39 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-20T11:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-20T11:00:00Z git commit -q -m 'Document the retry of a lost connection'
echo 40 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-21T12:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-21T12:00:00Z git commit -q -m 'Fix the old exporter'
echo 41 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-21T13:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-21T13:00:00Z git commit -q -m 'Document a limit for uploads'
echo 42 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Tomas Lind' GIT_AUTHOR_EMAIL=tomas.lind@example.com GIT_AUTHOR_DATE=2026-09-22T14:00:00Z GIT_COMMITTER_NAME='Tomas Lind' GIT_COMMITTER_EMAIL=tomas.lind@example.com GIT_COMMITTER_DATE=2026-09-22T14:00:00Z git commit -q -m 'Fix the cart that forgets'
echo 43 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-22T15:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-22T15:00:00Z git commit -q -m 'Fix how invoices are rounded'
echo 44 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Mara Quinn' GIT_AUTHOR_EMAIL=mara.quinn@example.com GIT_AUTHOR_DATE=2026-09-23T16:00:00Z GIT_COMMITTER_NAME='Mara Quinn' GIT_COMMITTER_EMAIL=mara.quinn@example.com GIT_COMMITTER_DATE=2026-09-23T16:00:00Z git commit -q -m 'Add how invoices are rounded'
echo 45 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-23T08:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-23T08:00:00Z git commit -q -m 'Remove a limit for uploads'
echo 46 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Ines Berger' GIT_AUTHOR_EMAIL=ines.berger@example.com GIT_AUTHOR_DATE=2026-09-24T09:00:00Z GIT_COMMITTER_NAME='Ines Berger' GIT_COMMITTER_EMAIL=ines.berger@example.com GIT_COMMITTER_DATE=2026-09-24T09:00:00Z git commit -q -m 'Remove a test of the parser'
echo 47 >>history.txt; git add history.txt
GIT_AUTHOR_NAME='Akira Sato' GIT_AUTHOR_EMAIL=akira.sato@example.com GIT_AUTHOR_DATE=2026-09-24T10:00:00Z GIT_COMMITTER_NAME='Akira Sato' GIT_COMMITTER_EMAIL=akira.sato@example.com GIT_COMMITTER_DATE=2026-09-24T10:00:00Z git commit -q -m 'Fix a test of the parser'
