/** Written by us: wishes for a person as people word them who do not say "agent", and what only sounds like one. */
export const WISHES = `connect me to someone
this bot is useless
agnet plz
can i talk to somebody
i would rather deal with a person
let me talk to somebody who understands
i need a human being not a machine
could a colleague of yours look at this
is anybody there who can help me
you are not helping me at all
you keep repeating yourself get me somebody
i am done talking to a machine
this is going nowhere give me a person
please pass this on to your team
put me in touch with someone
can you hand me over to a colleague
i want to be transferred
transfer my call
i would like to be connected with customer service
how long until i can speak with somebody
i want to speak to whoever is in charge
get me your boss
let me speak to the manager
i demand to speak with a supervisor
is there someone i could chat to about this
i would prefer to discuss this with a member of staff
can i have a conversation with an actual employee
have somebody ring me
could one of your people give me a call
please ask someone to phone me back
talking to you is a waste of time
you do not understand me i want somebody else
this chat is not leading anywhere
this conversation is not working
i do not want to share this with a machine
i do not feel comfortable giving my details to a bot
stop with the automated answers
enough of this automated nonsense
no more automatic replies please
i am not getting anywhere with you
someone else please
somebody real please
anyone there
humam please
i wnat to speak to a perosn
tlak to agent
speak to reprsentative
conect me with suport agent
operater
can i get some human help
can a real someone look into this
i need to reach one of your advisors
i want to chat with your support staff
pass me to your specialist
let me through to the billing department
can i talk to the front desk
i would like to speak to reception
connect me with the reservations team
put me through to room service
could you have the manager contact me
may i speak to somebody in charge
you cannot help me so who can
i already told you twice let me talk to a person
forget it i want to speak to somebody
i should speak to someone else about it`.split('\n');

export const NO_WISHES = `is there a personal plan
how do agents get paid
add a person to my team
how do i assign an agent to a ticket
transfer ownership to another person
i do not want to talk to a person
how do my customers contact an agent
someone else logged in
speak german
speak more slowly
transfer to a new person
transfer money to someone
send money to a person
call me mary
call mom
the machine was not working
my bot is not working
how do i invite someone
can somebody else use my card
someone stole my card
who else can see this
add a human review step
are you a human
what are you
are you a robot
can you help me
please help me with this
i need help with my bill
connect my bank account
connect to bluetooth
transfer my number
pass this test
put me on the list
get me a taxi
find me a restaurant
call a cab
text somebody
email my manager
who is my account manager
remove a person from the workspace
change the agent on the policy
how many people are on my plan
the agent role is missing a permission
my customers cannot reach me
someone charged my card
no need for a human thanks
do i have to speak to a representative
i am not sure that i need a human
can someone else sign in with my password
give access to someone else
let us talk about the topic of this conversation
i want to talk about something else
this was a nice conversation
this is not working
the page is not working at all
speak up
speak english
can we talk about my loan`.split('\n');
